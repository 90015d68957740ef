using System.Text.RegularExpressions;
using PathCheck.Faults;

namespace TcpDemo.Tests.Documents;

/// <summary>
/// docs/through-a-relay.md has a picture for each fault and for three real relays. Each picture shows what its name
/// says.
/// </summary>
public sealed partial class RelayPicturesTests
{
    private static readonly string Page =
        Repository.Document("docs/through-a-relay.md");

    // The segments with a FIN, a RST or data, from the first FIN or RST on.
    public static readonly TheoryData<string, string> Pictures = new()
    {
        { "none", "client FIN, relay FIN, server data, relay data, server FIN, relay FIN" },
        { "full-close", "client FIN, relay FIN, relay FIN, server data, relay RST" },
        { "swallow-fin", "client FIN, server data, relay data, client RST, relay RST" },
        { "delay-fin", "client FIN, server data, relay data, relay FIN, server FIN, relay FIN" },
        { "fin-to-reset", "client FIN, relay RST, relay RST" },
        { "reset-to-fin", "server RST, relay FIN, client FIN" },
        { "swallow-reset", "server RST, client RST" },
        { "cut-after", "client FIN, relay FIN, relay FIN, server data, relay RST" },
        { "silent-after", "client FIN, relay FIN, server data, server FIN, client RST" },
        { "idle-cut", "client FIN, relay FIN, relay FIN, server data, relay RST" },
        { "drop-tail", "client FIN, relay FIN, server data, relay data, server FIN, relay FIN" },
        { "flip-byte", "client FIN, relay FIN, server data, relay data, server FIN, relay FIN" },
        { "stall", "client FIN, client RST, relay RST" },
        { "nginx", "client FIN, relay FIN, relay FIN, server data, relay RST" },
        { "socat", "client FIN, relay FIN, relay FIN, server data, relay RST" },
        { "haproxy", "client FIN, relay FIN, server data, relay data, server FIN, relay FIN" },
    };

    [Theory]
    [MemberData(nameof(Pictures))]
    public void EachPictureShowsWhatItsNameSays(string name, string expected)
    {
        string[] segments = [.. ParsedRelayPicture.SegmentsOfSvg(Repository.Picture($"relays/{name}"))
            .Select(s => End().Match(s) is { Success: true } end
                ? $"{end.Groups[1].Value} {(end.Groups[2].Value.StartsWith("len", StringComparison.Ordinal) ? "data"
                    : end.Groups[2].Value)}"
                : "").Where(s => s != "")];
        string[] close = [.. segments.SkipWhile(s => s.EndsWith("data", StringComparison.Ordinal))];

        // Ignores the client's data if the relay forwards it after the client's FIN has arrived.
        Assert.Equal(expected.Split(", "),
            close.Where((s, i) => s != "relay data" || close.Take(i).Contains("server data")));
    }

    [Fact]
    public void ThePageHasEachPicture()
    {
        Assert.All(Pictures, row => Assert.Contains($"](pictures/relays/{(string)row[0]}.svg)", Page,
            StringComparison.Ordinal));
        Assert.Equal([], FaultTable.All.Select(f => f.Name).Except(Pictures.Select(row => (string)row[0])));
    }

    [Theory]
    [Trait("Tier", "Long")]
    [Relay("nginx")]
    public async Task TheSentencesOnThePageAreThoseOfARunThroughNginx(string relay)
    {
        string expected = Page.Split("](pictures/relays/nginx.svg)\n\n```text\n")[1].Split("```")[0];
        using TemporaryFolder folder = new();
        Programs.Result run = await Programs.RunAsync(Programs.Ours("SideBySide"),
            ["--port", "0", "--through", $"'{Recipe.All[relay].Path}' {{listen}} {{server}} '{folder / ""}'"]);
        Assert.Equal(Normalized(expected), Normalized(run.Output.Split("What the relay did:\n")[1]));
    }

    // Replaces the segment numbers and the times, which may differ from run to run.
    private static string Normalized(string text) =>
        Times().Replace(Numbers().Replace(Spaces().Replace(text.Trim(), " "), "(#)"), "T");

    [GeneratedRegex(@"^\d+ (\w+) .*?(FIN|RST|len \d+)")]
    private static partial Regex End();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\(\d+\)")]
    private static partial Regex Numbers();

    [GeneratedRegex("(?:[Ll]ess than )?[0-9.]+ m?s ")]
    private static partial Regex Times();
}
