using System.Text.RegularExpressions;
using TcpDemo.Tests.Infrastructure.Browser;

namespace TcpDemo.Tests.Documents;

/// <summary>
/// <c>tests/gallery/draw --pages FOLDER</c> writes a page for each requested run, and an index with links to them.
/// </summary>
[Trait("Tier", "Long")]
public sealed partial class GalleryPagesTests
{
    // A normal close, a refused connection, and a lost segment.
    private static readonly string[] Names = ["half-close", "refused", "last-ack"];

    [ConditionalFact(Needs.KernelTrace | Needs.PacketCapture | Needs.NetworkNamespace, HeadlessBrowser.Program,
        FaultLab.Nft, "tc", "jq")]
    public async Task TheIndexLinksToAPageForEachRunAndEachOpens()
    {
        using TemporaryFolder folder = new();
        Programs.Result drawn = await Programs.RunAsync("bash",
            ["-c", $"cd '{folder / ""}' && SIDEBYSIDE='{Programs.Ours("SideBySide")}' "
                + $"'{Path.Combine(Repository.Root, "tests", "gallery", "draw")}' --pages closes "
                + string.Join(' ', Names)],
            limit: TimeSpan.FromMinutes(5));
        Assert.Equal(("", 0), (drawn.Errors, drawn.ExitCode));
        Assert.Equal([.. Names.Select(n => $"{n}.html").Append("index.html").Order()],
            Directory.GetFiles(folder / "closes").Select(Path.GetFileName).Order());

        await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync();
        var page = new SteppedPage(browser);
        await browser.OpenAsync(folder / "closes/index.html");
        string[] links = await browser.RunAsync<string[]>(
            "[...document.querySelectorAll('a')].map(a => `${a.getAttribute('href')} ${a.textContent}`)");
        Assert.Equal(Names.Length, links.Length);
        foreach (string link in links)
        {
            string[] parts = link.Split(' ', 2);
            await browser.OpenAsync(folder / $"closes/{parts[0]}");
            Assert.Equal(parts[1], await page.TextAsync("h1"));
            await browser.PressAsync("End");
            Assert.Equal(await page.LastAsync(), await page.StepAsync());
            Assert.Matches(State(), (await page.StatesAsync())[0]);
        }

        Assert.Empty(browser.Problems);
    }

    [GeneratedRegex("^[A-Z0-9-]+$")]
    private static partial Regex State();
}
