using System.Net.NetworkInformation;
using SideBySide.Tracing;
using TcpClose.Events;
using TcpClose.Scenarios;
using TcpDemo.Tests.Infrastructure.Browser;

namespace TcpDemo.Tests.SideBySide.Page;

/// <summary>
/// In a real browser the page steps through a run, and highlights the states that the kernel reported.
/// </summary>
[Trait("Tier", "Long")]
public sealed class PageInABrowserTests
{
    private const int MaxSize = 200 * 1024;

    public static TheoryData<string> Names => [.. ScenarioTable.All.Select(s => s.Name)];

    [ConditionalTheory(Needs.KernelTrace | Needs.PacketCapture | Needs.NetworkNamespace, HeadlessBrowser.Program)]
    [MemberData(nameof(Names))]
    public async Task TheHighlightedStatesAreThoseOfTheKernel(string name)
    {
        using TemporaryFolder folder = new();
        using var reserved = new ReservedPort();
        using KernelTrace trace = KernelTrace.Start(reserved.Number);
        string file = await PageFile.WriteAsync(folder, "--port", $"{reserved.Number}", "--scenario", name);
        Assert.InRange(new FileInfo(file).Length, 20_000, MaxSize);

        await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync();
        await browser.OpenAsync(file);
        IReadOnlyList<IReadOnlyList<string>> walked = await new SteppedPage(browser).WalkAsync();
        IReadOnlyList<SocketHistory> histories = trace.Read();
        CloseSequence form = ScenarioTable.Find(name).Alternatives.First(f =>
            f.ClientStates == string.Join(" → ", walked[0]) && f.ServerStates == string.Join(" → ", walked[1]));

        // The trace covers every namespace, so a server of another test may have this remote port by chance. The state
        // SYN-SENT excludes servers.
        SocketHistory client = histories.Single(h => h.RemotePort == reserved.Number
            && h.Transitions[0].To == TcpState.SynSent);
        Assert.Equal(client.Path, form.TraceOf(Side.Client));
        Assert.Equal(histories.SingleOrDefault(h => h.LocalPort == reserved.Number
                && h.RemotePort == client.LocalPort)?.Path ?? "",
            form.TraceOf(Side.Server));
        Assert.Empty(browser.Problems);
    }

    [ConditionalFact(Needs.KernelTrace | Needs.PacketCapture, HeadlessBrowser.Program)]
    public async Task ButtonsKeysArrowsStatesAndLinksLeadToAStep()
    {
        using TemporaryFolder folder = new();
        string file = await PageFile.WriteAsync(folder, "--port", "0");
        await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync();
        var page = new SteppedPage(browser);
        await browser.OpenAsync(file, fragment: "#step=7");
        Assert.Equal(7, await page.StepAsync());

        foreach ((string selector, int step) in ((string, int)[])[("#next", 8), ("#previous", 7), ("#first", 0)])
        {
            await browser.ClickAsync(selector);
            Assert.Equal(step, await page.StepAsync());
        }

        await browser.ClickAsync(".ladder.wide .segment.flag.client:nth-of-type(1) .tip");
        Assert.Equal("#step=1", await browser.RunAsync<string>("location.hash"));
        Assert.Equal("all", await browser.RunAsync<string>(
            "getComputedStyle(document.querySelector('.segment .arrow')).pointerEvents"));
        await browser.ClickAsync(".end.client [data-state=FinWait1]");
        Assert.Equal("FIN-WAIT-1", (await page.StatesAsync())[0]);
        Assert.Contains("from the client", await page.TextAsync("#now h2"), StringComparison.Ordinal);
        Assert.Contains("CLOSE / snd FIN", await page.TextAsync(".end.client .change"), StringComparison.Ordinal);

        await browser.RunAsync<object>("document.querySelector('.end.server [data-state=LastAck]').focus()");
        await browser.PressAsync("Enter");
        Assert.Equal("LAST-ACK", (await page.StatesAsync())[1]);
        await browser.PressAsync("End");
        Assert.Equal(await page.LastAsync(), await page.StepAsync());
        await browser.PressAsync("ArrowLeft");
        Assert.Equal(await page.LastAsync() - 1, await page.StepAsync());
        await browser.RunAsync<object>("location.hash = '#step=2'");
        await Eventually.BecomesTrueAsync(async () => await page.StepAsync() == 2);

        // A browser may refuse to change the address.
        await browser.RunAsync<object>("history.replaceState = () => { throw new DOMException('', 'SecurityError'); }");
        await browser.PressAsync("End");
        Assert.Equal(await page.LastAsync(), await page.StepAsync());
        await browser.ClickAsync("#previous");
        await browser.ClickAsync("#next");
        Assert.Equal("next", await browser.RunAsync<string>("document.activeElement.id"));
        await browser.RunAsync<object>("delete history.replaceState; show(2)");

        await browser.RunAsync<object>("document.getElementById('speed').value = '1'");
        await browser.ClickAsync("#play");
        await Eventually.BecomesTrueAsync(async () => await page.StepAsync() == await page.LastAsync());
        await Eventually.BecomesTrueAsync(async () => await page.TextAsync("#play") == "Play");
        Assert.Empty(browser.Problems);
    }
}
