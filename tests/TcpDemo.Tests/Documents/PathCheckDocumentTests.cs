using System.Text.Json;
using System.Text.RegularExpressions;
using PathCheck;
using PathCheck.Checks;
using PathCheck.Checks.Ends;
using PathCheck.Classifying;
using PathCheck.Protocol;
using PathCheck.Reporting;
using PathCheck.Running;

namespace TcpDemo.Tests.Documents;

/// <summary>
/// docs/path-check.md explains every effect and every key of the JSON, and shows reports as PathCheck prints them.
/// </summary>
[Trait("Tier", "Long")]
public sealed partial class PathCheckDocumentTests
{
    private static readonly DocumentText Page = new("docs/path-check.md");

    [Fact]
    public void EveryEffectIsExplained()
    {
        string section = Page.Between("\n## The words\n", "\n## ");
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
        Assert.Equal(CheckTable.All.Select(c => c.Key).Order(), NamesOfChecks().Order());
        Assert.Equal(PathEffect.All.Select(e => e.Key), KeysUnder("word").Distinct());
    }

    [Theory]
    [InlineData("docs/path-check.md")]
    [InlineData("docs/through-a-relay.md")]
    public async Task EveryOptionOnThePageExists(string page)
    {
        string there = (await Programs.RunAsync(Programs.Ours("PathCheck"), ["run", "--help"])).Output
            + (await Programs.RunAsync(Programs.Ours("PathCheck"), ["serve", "--help"])).Output
            + (await Programs.RunAsync(Programs.Ours("PathCheck"), ["relay", "--help"])).Output
            + (await Programs.RunAsync(Programs.Ours("SideBySide"), ["--help"])).Output + " --project  --port ";
        string[] named = [.. Option().Matches(Repository.Document(page)).Select(m => m.Value).Distinct()];
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
                Page.Between($"<!-- transcript: {name} -->\n```text\n", "\n```\n")
                    .Split('\n').Select(CheckOf).ToHashSet());
    }

    [Fact]
    public void ThePageStatesTheMaximumNumberOfConnections() => Assert.Contains(
        $" at most {new CheckRows(CheckTable.All, new PathCheckOptions()).MaxConnections} connections at the same time",
        Page.Between("# Does", "\n## A good").Replace('\n', ' '), StringComparison.Ordinal);

    private static IEnumerable<string> Keys(JsonElement one) => one.EnumerateObject().Select(p => p.Name);

    // The first code span of each row in the table whose first column has this heading.
    private static IEnumerable<string> KeysUnder(string head) =>
        Page.Between($"\n\n| {head} | ", "\n\n").Split('\n')[2..].Select(row => row.Split('`')[1]);

    // The names in parentheses in the section about the checks.
    private static IEnumerable<string> NamesOfChecks() =>
        Name().Matches(Page.Between("\n## The checks\n", "\n## "))
            .SelectMany(m => m.Groups[1].Captures.Select(c => c.Value));

    // The first column, which is 32 characters wide.
    private static string CheckOf(string row) => row[..Math.Min(row.Length, 32)].Trim();

    [GeneratedRegex(@"\*\*\s\((?:`([a-z-]+)`(?:,\s)?)+\)")]
    private static partial Regex Name();

    [GeneratedRegex("--[a-z][a-z-]+")]
    private static partial Regex Option();
}
