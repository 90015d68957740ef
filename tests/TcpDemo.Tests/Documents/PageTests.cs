using System.Net.NetworkInformation;
using System.Text.Json;
using SideBySide.Page;
using SideBySide.Page.Sentences;
using SideBySide.Page.States;
using SideBySide.Svg;
using TcpClose.Kernel;

namespace TcpDemo.Tests.Documents;

/// <summary>
/// docs/pages/half-close.html is up to date, and shows the same run as the README's picture. <c>tests/gallery/draw</c>
/// writes both.
/// </summary>
public sealed class PageTests
{
    private const string Drawn = "docs/pages/half-close.html";

    private static readonly string Page = Repository.Document(Drawn);

    [Fact]
    public void TheReadmesPictureLinksToIt() =>
        Assert.Contains($"](docs/pictures/half-close.svg)]({Drawn})", Repository.Document("README.md"),
            StringComparison.Ordinal);

    [Fact]
    public void ItIsThePageThatTheProgramWritesNow()
    {
        Assert.Contains($"<script>{HtmlPage.Script}</script>", Page, StringComparison.Ordinal);
        Assert.Contains($"<style>{HtmlPage.Resource("page.css")}{LadderSvg.SheetOf(".ladder")}</style>", Page,
            StringComparison.Ordinal);
        string[] template = HtmlPage.Resource("page.html").Split("{{")
            .Select((piece, i) => i == 0 ? piece : piece.Split("}}", 2)[1]).ToArray();
        Assert.All(template, part => Assert.Contains(part, Page, StringComparison.Ordinal));
    }

    [Fact]
    public void ItsDiagramsAndItsMeaningsAreThoseOfTheProgramNow()
    {
        JsonElement data = JsonDocument.Parse(Page.Split("id=\"data\">")[1].Split("</script>")[0]).RootElement;
        Assert.Equal(
            StateMachine.States.Select(s => ($"{s}", StateNames.Name(s), StateSentences.Of(s))),
            data.GetProperty("states").EnumerateObject().Select(s => (s.Name,
                s.Value.GetProperty("name").GetString(), s.Value.GetProperty("means").GetString()!)));
        JsonElement[] steps = [.. data.GetProperty("steps").EnumerateArray()];
        foreach ((string name, int end) in ((string, int)[])[("client", 0), ("server", 1)])
        {
            HashSet<TcpState> reached = [.. steps.Select(s => s.GetProperty("ends")[end].GetProperty("state"))
                .Select(s => Enum.Parse<TcpState>(s.GetString()!))];
            Assert.Contains(Lines($"{StateDiagramSvg.Draw(name, reached)}"), Lines(Page), StringComparison.Ordinal);
        }

        // Removes the indentation, which depends on the elements around the diagram.
        static string Lines(string text) => string.Join('\n', text.Split('\n').Select(l => l.Trim()));
    }

    [Fact]
    public void ItShowsTheRunOfThePicture()
    {
        using TemporaryFolder folder = new();
        const string Start = "<svg viewBox", End = "</svg>";
        string ladder = Page.Split(Start).First(s => s.Contains("class=\"ladder wide\"", StringComparison.Ordinal));
        int end = ladder.IndexOf(End, StringComparison.Ordinal);
        File.WriteAllText(folder / "ladder.svg", Start + ladder[..end] + End);
        ParsedLadder shown = ParsedLadder.FromSvg(folder / "ladder.svg"),
            picture = ParsedLadder.FromSvg(Repository.Picture("half-close"));
        Assert.Equal(picture.Labels, shown.Labels);
        Assert.Equal(picture.Client, shown.Client);
        Assert.Equal(picture.Server, shown.Server);
        Assert.InRange(Encoding.UTF8.GetByteCount(Page), 20_000, 200 * 1024);
    }
}
