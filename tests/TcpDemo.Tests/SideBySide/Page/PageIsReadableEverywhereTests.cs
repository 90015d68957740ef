using TcpDemo.Tests.Infrastructure.Browser;

namespace TcpDemo.Tests.SideBySide.Page;

/// <summary>
/// The page is readable on a phone, on paper, without scripts, and with any run. A hostile payload cannot run.
/// </summary>
[Trait("Tier", "Long")]
public sealed class PageIsReadableEverywhereTests
{
    public static readonly TheoryData<string> Runs =
    [
        "--scenario late-data",
        "--lose last-ack:2",
        "--scenario refused",
        "--scenario simultaneous",
        "--through",
        "explain",
    ];

    [ConditionalTheory(Needs.KernelTrace | Needs.PacketCapture | Needs.NetworkNamespace, HeadlessBrowser.Program,
        FaultLab.Nft, "tc", "tshark")]
    [MemberData(nameof(Runs))]
    public async Task APageFitsAPhoneAndADeskAndHasAllStepsOnPaper(string run)
    {
        using TemporaryFolder folder = new();
        string file = await WriteAsync(folder, run);
        await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync();
        var page = new SteppedPage(browser);
        foreach (int width in (int[])[390, 1280])
        {
            await browser.OpenAsync(file, width, "#step=3");
            for (int last = await page.LastAsync(), step = 0; step <= last; step += 3)
            {
                await browser.RunAsync<object>($"show({step})");
                Assert.True(await page.FitsAsync(), $"step {step} is wider than {width} pixels");
                Assert.NotEqual("", await page.TextAsync("#now p"));
            }

            Assert.Equal("", await page.ClippedTextsAsync());
            byte[] picture = await browser.PictureAsync();
            Assert.Equal("\x89PNG", Encoding.Latin1.GetString(picture, 0, 4));
            Assert.True(picture.Length > 20_000, $"the picture has only {picture.Length} bytes");
        }

        Assert.Equal("", await page.TextAsync("#all article:last-child h3"));
        await browser.EmulateMediaAsync("print");
        Assert.StartsWith($"{await page.LastAsync()}. ", await page.TextAsync("#all article:last-child h3"),
            StringComparison.Ordinal);
        Assert.True((await browser.PrintAsync()).Length > 20_000);
        Assert.Empty(browser.Problems);
    }

    [ConditionalFact(Needs.Linux, HeadlessBrowser.Program, "tshark")]
    public async Task InferredStatesAreMarkedAsInferred()
    {
        using TemporaryFolder folder = new();
        string file = await WriteAsync(folder, "explain");
        await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync();
        var page = new SteppedPage(browser);
        await browser.OpenAsync(file);
        IReadOnlyList<IReadOnlyList<string>> walked = await page.WalkAsync();
        Assert.Equal(["closed", "syn-sent", "established", "fin-wait-1", "fin-wait-2?", "closed"], walked[0]);
        Assert.Contains("(inferred from the segments)", await page.TextAsync(".end.client .now"),
            StringComparison.Ordinal);
        Assert.Equal(2, await browser.RunAsync<int>("document.querySelectorAll('.state.current.inferred').length"));
    }

    [ConditionalFact(Needs.Linux, HeadlessBrowser.Program)]
    public async Task TheFirstStateOfAnEndIsAChange()
    {
        using TemporaryFolder folder = new();
        string file = folder / "capture.html";
        await File.WriteAllTextAsync(file, HtmlPageTests.WithoutBeginning());
        await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync();
        var page = new SteppedPage(browser);
        await browser.OpenAsync(file, fragment: "#step=2");
        Assert.Equal("first observed in this step", await page.TextAsync(".end.client .change"));
        Assert.Equal("no change in this step", await page.TextAsync(".end.server .change"));
        Assert.Empty(browser.Problems);
    }

    [ConditionalFact(Needs.Linux, HeadlessBrowser.Program)]
    public async Task AHostilePayloadCannotRun()
    {
        using TemporaryFolder folder = new();
        string file = folder / "hostile.html";
        await File.WriteAllTextAsync(file, HtmlPageTests.Hostile());
        await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync();
        var page = new SteppedPage(browser);
        await browser.OpenAsync(file);
        await page.WalkAsync();
        Assert.Equal(HtmlPageTests.Attack, await browser.RunAsync<string>("document.title"));
        Assert.Equal(HtmlPageTests.Attack, await page.TextAsync("h1"));
        Assert.Contains(HtmlPageTests.Attack,
            await browser.RunAsync<string>("document.getElementById('all').textContent"), StringComparison.Ordinal);
        Assert.Equal(0, await browser.RunAsync<int>("document.images.length"));
        Assert.Empty(browser.Problems);
    }

    [ConditionalFact(Needs.Linux, HeadlessBrowser.Program)]
    public async Task APageOfTenThousandSegmentsOpensAndLeadsToTheEnd()
    {
        using TemporaryFolder folder = new();
        string file = folder / "long.html";
        await File.WriteAllTextAsync(file, HtmlPageTests.Long());
        await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync();
        var page = new SteppedPage(browser);
        await browser.OpenAsync(file, fragment: "#step=99999");
        Assert.Contains("segment 10006: ACK from the client", await page.TextAsync("#now h2"),
            StringComparison.Ordinal);
        Assert.Empty(browser.Problems);
    }

    [ConditionalFact(Needs.Linux, HeadlessBrowser.Program)]
    public async Task WithoutScriptsThePageShowsTheLadder()
    {
        using TemporaryFolder folder = new();
        string file = folder / "page.html";
        await File.WriteAllTextAsync(file, HtmlPageTests.Hostile());
        await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync();
        var page = new SteppedPage(browser);
        await browser.AllowScriptsAsync(false);
        await browser.OpenAsync(file);
        Assert.Contains("Stepping needs JavaScript", await page.TextAsync("noscript"), StringComparison.Ordinal);
        Assert.True(await browser.RunAsync<double>(
            "document.querySelector('.ladder.wide:not(.headings)').getBoundingClientRect().height") > 300);
        Assert.Equal("", await page.TextAsync(".controls"));
    }

    private static Task<string> WriteAsync(TemporaryFolder folder, string run) => PageFile.WriteAsync(folder, run switch
    {
        "explain" => ["explain", Path.Combine(Repository.Root, "docs", "captures", "full-close.pcapng")],
        "--through" => ["--port", "0", "--through", PageFile.BrokenRelay],
        _ when run.EndsWith("refused", StringComparison.Ordinal) => run.Split(' '),
        _ => ["--port", "0", .. run.Split(' ')],
    });
}
