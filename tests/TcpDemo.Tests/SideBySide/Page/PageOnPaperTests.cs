using TcpDemo.Tests.Infrastructure.Browser;

namespace TcpDemo.Tests.SideBySide.Page;

/// <summary>On paper no row of a long picture is cut.</summary>
[Trait("Tier", "Long")]
public sealed class PageOnPaperTests
{
    [ConditionalFact(Needs.KernelTrace | Needs.PacketCapture, HeadlessBrowser.Program)]
    public async Task OnPaperALongPictureIsInPartsThatFitAPage()
    {
        using TemporaryFolder folder = new();
        string file = await PageFile.WriteAsync(folder, "--port", "0", "--scenario", "late-data");
        await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync();
        await browser.OpenAsync(file);
        await browser.RunAsync<object>("dispatchEvent(new Event('beforeprint'))");
        double[][] parts = await browser.RunAsync<double[][]>(
            "[...document.querySelectorAll('#paper svg')].map(s => s.getAttribute('viewBox').split(' ').map(Number))");
        double[] whole = await browser.RunAsync<double[]>(
            "document.querySelector('#ladder .wide:not(.headings)').getAttribute('viewBox').split(' ').map(Number)");
        Assert.True(parts.Length > 1);
        double headings = whole[1];
        Assert.Equal(whole[3], parts.Sum(p => p[3] - headings));
        Assert.Equal(parts.Length, await browser.RunAsync<int>(
            "[...document.querySelectorAll('#paper svg > g:last-child')].filter(g => g.textContent.includes('client'))"
            + ".length"));
        Assert.All(parts, p => Assert.True(p[3] < 1.45 * p[2], $"a part is {p[3]} high and {p[2]} wide"));
        await browser.RunAsync<object>("dispatchEvent(new Event('afterprint'))");
        Assert.Equal(0, await browser.RunAsync<int>("document.querySelectorAll('#paper svg').length"));
        Assert.Empty(browser.Problems);
    }
}
