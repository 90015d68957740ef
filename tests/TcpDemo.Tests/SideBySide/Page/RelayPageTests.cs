using TcpDemo.Tests.Infrastructure.Browser;

namespace TcpDemo.Tests.SideBySide.Page;

/// <summary>
/// The page of a relay has four state diagrams. The two diagrams of the current connection are open and come first.
/// </summary>
[Trait("Tier", "Long")]
public sealed class RelayPageTests
{
    private static readonly string[] ToRelay = ["client", "relay (to the client)"],
        ToServer = ["relay (to the server)", "server"], All = [.. ToRelay, .. ToServer],
        ToServerFirst = [.. ToServer, .. ToRelay];

    [ConditionalFact(Needs.KernelTrace | Needs.PacketCapture, HeadlessBrowser.Program)]
    public async Task TheDiagramsOfTheConnectionOfTheStepAreOpen()
    {
        using TemporaryFolder folder = new();
        await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync();
        SteppedPage page = await OpenAsync(browser, folder, width: 1280);
        await browser.RunAsync<object>($"show({await StepOfAsync(browser, connection: 0)})");
        Assert.Equal(All, await OrderAsync(browser));
        Assert.Equal(ToRelay, await OpenDiagramsAsync(browser));
        Assert.Contains("between client and relay", await page.TextAsync("#open"), StringComparison.Ordinal);

        await browser.RunAsync<object>($"show({await StepOfAsync(browser, connection: 1)})");
        Assert.Equal(ToServerFirst, await OrderAsync(browser));
        Assert.Equal(ToServer, await OpenDiagramsAsync(browser));
        Assert.Contains("between relay and server", await page.TextAsync("#open"), StringComparison.Ordinal);
        Assert.Contains("Diagram closed", await browser.RunAsync<string>(
            "getComputedStyle(document.querySelector('.end.client'), '::after').content"), StringComparison.Ordinal);

        await browser.ClickAsync("#every");
        Assert.Equal(All, await OrderAsync(browser));
        Assert.Equal(All, await OpenDiagramsAsync(browser));
        Assert.Empty(browser.Problems);
    }

    [ConditionalFact(Needs.KernelTrace | Needs.PacketCapture, HeadlessBrowser.Program)]
    public async Task TheDiagramsOfTheConnectionOfAQuestionAreOpen()
    {
        using TemporaryFolder folder = new();
        await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync();
        SteppedPage page = await OpenAsync(browser, folder, width: 1280);
        int asked = await browser.RunAsync<int>("run.steps.findIndex(s => s.connection === 1 "
            + "&& s.ends.some(e => e.choices) && run.steps[s.row].connection === 0)");
        Assert.InRange(asked, 1, 100);
        await browser.RunAsync<object>($"show({asked - 1}); quiz.on = true; move({asked})");
        Assert.Equal(ToServer, await OpenDiagramsAsync(browser));
        Assert.Contains("The question is about the connection between relay and server", await page.TextAsync("#open"),
            StringComparison.Ordinal);
        Assert.DoesNotContain('/', (await browser.RunAsync<string>("document.title")).Split(" --")[0]);
        Assert.Empty(browser.Problems);
    }

    [ConditionalFact(Needs.KernelTrace | Needs.PacketCapture, HeadlessBrowser.Program)]
    public async Task OnAPhoneThePictureMovesToTheConnectionOfTheStep()
    {
        using TemporaryFolder folder = new();
        await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync();
        SteppedPage page = await OpenAsync(browser, folder, width: 390);
        Assert.Contains("swipe it sideways", await page.TextAsync(".swipe"), StringComparison.Ordinal);
        await browser.RunAsync<object>($"show({await StepOfAsync(browser, connection: 1)})");
        Assert.True(await browser.RunAsync<double>("document.getElementById('ladder').scrollLeft") > 100);
        await browser.RunAsync<object>($"show({await StepOfAsync(browser, connection: 0)})");
        Assert.Equal(0, await browser.RunAsync<double>("document.getElementById('ladder').scrollLeft"));
    }

    private static async Task<SteppedPage> OpenAsync(HeadlessBrowser browser, TemporaryFolder folder, int width)
    {
        await browser.OpenAsync(
            await PageFile.WriteAsync(folder, "--port", "0", "--through", PageFile.BrokenRelay), width);
        return new SteppedPage(browser);
    }

    private static Task<int> StepOfAsync(HeadlessBrowser browser, int connection) =>
        browser.RunAsync<int>($"run.steps.findIndex(s => s.segment && s.connection === {connection})");

    // The names of the ends from top to bottom and from left to right.
    private static Task<string[]> OrderAsync(HeadlessBrowser browser) => browser.RunAsync<string[]>(
        "[...document.querySelectorAll('.end')].map(e => [e.getBoundingClientRect(), e.querySelector('h2').innerText])"
        + ".sort(([a], [b]) => a.y - b.y || a.x - b.x).map(([, name]) => name)");

    private static Task<string[]> OpenDiagramsAsync(HeadlessBrowser browser) => browser.RunAsync<string[]>(
        "[...document.querySelectorAll('.end')].filter(e => e.querySelector('.machine').checkVisibility())"
        + ".map(e => e.querySelector('h2').innerText)");
}
