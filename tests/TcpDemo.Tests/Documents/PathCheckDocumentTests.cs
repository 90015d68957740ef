using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using EchoServer;
using PathCheck;
using PathCheck.Checks;
using PathCheck.Checks.Ends;
using PathCheck.Classifying;
using PathCheck.Faults;
using PathCheck.Protocol;
using PathCheck.Reporting;
using PathCheck.Running;

namespace TcpDemo.Tests.Documents;

/// <summary>
/// docs/path-check.md explains every effect, names only existing options, and shows the measured table.
/// </summary>
[Trait("Tier", "Long")]
public sealed partial class PathCheckDocumentTests
{
    private static readonly string Text =
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "path-check.md")).ReplaceLineEndings("\n");

    private static readonly string[] Measured =
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "relays"), "*.json")
            .Select(f => Path.GetFileNameWithoutExtension(f)!)];

    [Fact]
    public void EveryEffectIsExplained()
    {
        string section = Between("\n## The words\n", "\n## ");
        Assert.All(
            PathEffect.All,
            effect => Assert.Contains($"\n| {effect.Name} | `{effect.Key}` | ", section, StringComparison.Ordinal));
    }

    [Fact]
    public void ThePageListsExactlyTheKeysOfTheJson()
    {
        var result = new PathReport(
            new PathCheckOptions { Format = ReportFormat.Json }, new FarEndInfo(""),
            [new CheckResult(new FinWithoutData(), null, PathEffect.Preserved, "")], default);
        using var json = JsonDocument.Parse(Report.Of(result));
        Assert.Equal(Keys(json.RootElement), KeysUnder("key"));
        Assert.Equal(Keys(json.RootElement.GetProperty("checks")[0]), KeysUnder("key of a check"));
        Assert.Equal(CheckTable.All.Select(c => c.Key), KeysUnder("`name`"));
        Assert.Equal(PathEffect.All.Select(e => e.Key), KeysUnder("word").Distinct());
    }

    [Fact]
    public void EveryFaultOfTheRelayIsExplained()
    {
        string section = Between("\n## A relay that misbehaves on demand\n", "\n## ");
        Assert.Equal(FaultTable.All.Select(row => row.Syntax),
            FaultRow().Matches(section).Select(row => row.Groups[1].Value));
    }

    [Fact]
    public async Task TheRelaysTranscriptHasTheEventsOfARun()
    {
        string transcript = Between("<!-- relay: transcript -->\n```text\n", "```");
        await using RunningServer server = await RunningServer.StartAsync(new ServerOptions());
        await using var relay = new FaultyRelay(server.EndPoint, "cut-after:100ms");
        using Socket client = await Pair.ConnectAsync(new IPEndPoint(IPAddress.Loopback, relay.Port));
        await client.SendAsync("hello service");
        client.Shutdown(SocketShutdown.Send);
        await client.ReadToEndAsync();
        string[] expected = [.. transcript.TrimEnd().Split('\n').Select(line =>
            Ports().Replace(EventText().Match(line).Value, "PORT"))];
        Assert.All(expected, Assert.NotEmpty);
        await Eventually.BecomesTrueAsync(() => relay.Noted().Count >= expected.Length + 1);
        Assert.Equal(
            expected, relay.Noted().Skip(1).Take(expected.Length).Select(text => Ports().Replace(text, "PORT")));
    }

    [Fact]
    public async Task EveryOptionOnThePageExists()
    {
        string there = (await Programs.RunAsync(Programs.Ours("PathCheck"), ["run", "--help"])).Output
            + (await Programs.RunAsync(Programs.Ours("PathCheck"), ["serve", "--help"])).Output
            + (await Programs.RunAsync(Programs.Ours("PathCheck"), ["relay", "--help"])).Output
            + (await Programs.RunAsync(Programs.Ours("SideBySide"), ["--help"])).Output + " --project  --port ";
        string[] named =
            [.. Option().Matches(Between("# Does", "\n## Relays measured here\n")).Select(m => m.Value).Distinct()];
        Assert.InRange(named.Length, 8, 30);
        Assert.All(named, option => Assert.Contains($" {option} ", there, StringComparison.Ordinal));
    }

    [Fact]
    public async Task TheTranscriptsHaveTheRowsOfARun()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        Programs.Result run = await Programs.RunAsync(
            Programs.Ours("PathCheck"), ["run", $"127.0.0.1:{server.EndPoint.Port}"]);
        string[] rows = [.. run.Lines.TakeWhile(l => char.IsLower(l[0])).Select(CheckOf)];
        Assert.Equal(1 + (2 * 4) + CheckTable.All.Count(c => !c.HasHold && !c.NeedsGivenHold), rows.Length);
        foreach (string name in (string[])["good", "broken"])
            Assert.Superset(
                rows.ToHashSet(),
                Between($"<!-- transcript: {name} -->\n```text\n", "\n```\n").Split('\n').Select(CheckOf).ToHashSet());
    }

    [ConditionalFact(Needs.Linux, "jq", "bash")]
    public async Task TheTableMatchesTheMeasuredResults()
    {
        Programs.Result table =
            await Programs.ShellAsync($"cd '{Repository.Root}' && jq -rs -f tests/relays/table.jq docs/relays/*.json");
        Assert.Equal(("", 0), (table.Errors, table.ExitCode));
        Assert.Equal(
            table.Output, Between("<!-- relays: begin, written by tests/relays/measure -->\n", "<!-- relays: end -->"));
    }

    [Fact]
    public void ThePageStatesTheMaximumNumberOfConnections() => Assert.Contains(
        $" at most {new CheckRows(CheckTable.All, new PathCheckOptions()).MaxConnections} connections at the same time",
        Between("# Does", "\n## A good").Replace('\n', ' '), StringComparison.Ordinal);

    [Fact]
    public void EveryRecipeHasBeenMeasured() => Assert.Equal(Recipe.All.Keys.Order(), Measured.Order());

    [Fact]
    public void TheReadmeStatesTheNumberOfRelays()
    {
        // The name of a product with several settings ends at the comma.
        int products = Recipe.All.Values.Select(r => r.Product.Split(',')[0]).Distinct().Count();
        Assert.Contains(
            $" {products} relays in {Recipe.All.Count} settings",
            File.ReadAllText(Path.Combine(Repository.Root, "README.md")).Replace('\n', ' '), StringComparison.Ordinal);
    }

    [ConditionalTheory(Needs.Linux, "jq", "bash")]
    [InlineData("cut", "1.00", "cut", "1.09", "")]
    [InlineData("cut", "0.50", "cut", "0.56", "client ends: cut after 0.5 to 0.56 s")]
    [InlineData("cut", "1.00", "preserved", "null", "client ends: 1 × cut, 1 × preserved")]
    public async Task TwoRunsAreEqualIfTheirEffectsAreAndTheirTimesNearlyAre(
        string oneWord, string oneTime, string otherWord, string otherTime, string differs)
    {
        static string Run(string word, string time) =>
            $$"""
            {"checks":[{"name":"client-first","holdSeconds":2,"check":"client ends",
            "word":"{{word}}","cutAfterSeconds":{{time}}}]}
            """;
        Programs.Result compared = await Programs.RunAsync(
            "jq",
            ["-rs", "--arg", "varies", "", "-f", Path.Combine(Repository.Root, "tests", "relays", "differences.jq")],
            Run(oneWord, oneTime) + Run(otherWord, otherTime));
        Assert.Equal(("", differs), (compared.Errors, compared.Output.Trim()));
    }

    private static IEnumerable<string> Keys(JsonElement one) => one.EnumerateObject().Select(p => p.Name);

    // The first code span of each row in the table whose first column has this heading.
    private static IEnumerable<string> KeysUnder(string head) =>
        Between($"\n\n| {head} | ", "\n\n").Split('\n')[2..].Select(row => row.Split('`')[1]);

    // The first column, which is 32 characters wide.
    private static string CheckOf(string row) => row[..Math.Min(row.Length, 32)].Trim();

    private static string Between(string begin, string end)
    {
        int at = Text.IndexOf(begin, StringComparison.Ordinal);
        Assert.InRange(at, 0, Text.Length);
        at += begin.Length;
        return Text[at..(Text.IndexOf(end, at, StringComparison.Ordinal) is var to and >= 0 ? to : Text.Length)];
    }

    [GeneratedRegex("--[a-z][a-z-]+")]
    private static partial Regex Option();

    [GeneratedRegex(@"^\| `([a-z-]+(?::[TN])?)` \| ", RegexOptions.Multiline)]
    private static partial Regex FaultRow();

    [GeneratedRegex(@"(Accept:|about to|Connect:|Receive:|Receive returned|Send:|Shutdown|Close:|fault:).*")]
    private static partial Regex EventText();

    [GeneratedRegex(@"(?<=127\.0\.0\.1:)\d+")]
    private static partial Regex Ports();
}
