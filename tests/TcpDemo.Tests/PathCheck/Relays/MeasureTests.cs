using System.Text.Json.Nodes;

namespace TcpDemo.Tests.PathCheck.Relays;

/// <summary>
/// The script tests/relays/measure writes only results that are certain. Here it runs in a folder that imitates the
/// repository.
/// </summary>
[Trait("Tier", "Long")]
public sealed class MeasureTests : IDisposable
{
    private const string Begin = "# A page\n<!-- relays: begin -->\n";
    private const string End = "<!-- relays: end -->\n", Before = "| as it was |\n";
    private readonly TemporaryFolder _folder = new();

    public MeasureTests()
    {
        foreach (string folder in (string[])["bin", "docs/relays", "tests/relays", "verdicts", Built("PathCheck")])
            Directory.CreateDirectory(_folder / folder);
        foreach (string file in (string[])["measure", "table.jq", "differences.jq", "record.jq"])
            File.Copy(Path.Combine(Repository.Root, "tests", "relays", file), _folder / $"tests/relays/{file}");
        File.WriteAllText(Page, Begin + Before + End);
        Script("bin/dotnet", "exit 0");

        // The far end is real. The near end is a fake: each run prints the next prepared report, and deletes it.
        Script($"{Built("PathCheck")}/PathCheck", $$"""
            if [ "$1" = serve ]; then exec '{{Programs.Ours("PathCheck")}}' "$@"; fi
            for report in '{{_folder / "verdicts"}}'/"$(cat '{{_folder / "started"}}')".*; do
              [ -e "$report" ] || exit 1
              cat "$report"; rm "$report"; exit 2
            done
            """);
    }

    private string Page => _folder / "docs/relays/README.md";

    public void Dispose() => _folder.Dispose();

    [ConditionalFact(Needs.Linux, "bash", "jq", "socat", "setsid")]
    public async Task EqualResultsAreWritten()
    {
        Relay("good", "cut", "cut");
        Programs.Result result = await MeasureAsync("--runs", "2");
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal("All verdicts of 2 runs were equal.", result.Lines[^1]);
        Assert.Equal(
            "cut", (string?)JsonNode.Parse(File.ReadAllText(Json("good")))!["verdict"]!["checks"]![0]!["word"]);
        Assert.Matches(
            @"^# A page\n<!-- relays: begin -->\n\| relay \|.*\n\| --- .*\n" +
            @"\| The good relay \| \? \| 2026-01-02, 2 runs \| cut after 0\.50 s \|.*\n<!-- relays: end -->\n$",
            File.ReadAllText(Page));
    }

    [ConditionalFact(Needs.Linux, "bash", "jq", "socat", "setsid")]
    public async Task UnequalResultsAreReportedAndNotWrittenButThoseOfOtherRelaysAre()
    {
        Relay("equal", "cut", "cut");
        Relay("fickle", "cut", "preserved");
        Relay("other", "data-lost", "cut");
        File.WriteAllText(Json("fickle"), """{"product":"fickle","verdict":{"at":"2026-01-01","checks":[]}}""");
        string before = File.ReadAllText(Json("fickle"));
        Programs.Result result = await MeasureAsync("--runs", "2");
        Assert.Equal((2, ""), (result.ExitCode, result.Errors));
        Assert.Equal(
            ["UNEQUAL VERDICTS on fickle:", "client ends: 1 × cut, 1 × preserved", "UNEQUAL VERDICTS on other:",
                "client ends: 1 × cut, 1 × data-lost",
                "Not all verdicts were equal. The previous result is kept for fickle other."],
            result.Lines.Where(l => !l.StartsWith("run ", StringComparison.Ordinal)));
        Assert.Equal(
            [Json("equal"), Json("fickle")],
            Directory.GetFiles(_folder / "docs/relays", "*.json").Order(StringComparer.Ordinal));
        Assert.Equal(before, File.ReadAllText(Json("fickle")));
        Assert.Contains("| The equal relay |", File.ReadAllText(Page), StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "bash", "jq", "socat", "setsid")]
    public async Task ResultsThatMayVaryAreCounted()
    {
        Relay("random", "data-lost", "preserved", "data-lost");
        string recipe = _folder / "tests/relays/random";
        File.AppendAllText(recipe, "# varies: client-first\n");
        Programs.Result result = await MeasureAsync("--runs", "3");
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        JsonNode record = JsonNode.Parse(File.ReadAllText(Json("random")))!;
        Assert.Equal(
            """{"runs":3,"varies":{"client-first":{"it is data-lost":2,"it is preserved":1}}}""",
            new JsonObject { ["runs"] = record["runs"]!.DeepClone(), ["varies"] = record["varies"]!.DeepClone() }
                .ToJsonString());
        Assert.Contains(
            "| it is data-lost (2 of 3), it is preserved (1 of 3) |", File.ReadAllText(Page),
            StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "bash", "jq", "socat", "setsid")]
    public async Task ARelayThatDoesNotStartIsReportedAndTheOthersAreWritten()
    {
        Relay("good", "cut");
        Relay("dead");
        Recipe("dead", "echo 'no such option'; exit 3");
        Relay("silent");
        Programs.Result result = await MeasureAsync();
        Assert.Equal((1, ""), (result.ExitCode, result.Errors));
        Assert.Equal(["dead did not start:", "no such option"], result.Lines[..2]);
        Assert.Contains("silent could not be judged", result.Lines);
        Assert.Equal("Not judged: dead in run 1; silent in run 1; the other results are written.", result.Lines[^1]);
        Assert.Equal([Json("good")], Directory.GetFiles(_folder / "docs/relays", "*.json"));
        Assert.Contains("| The good relay |", File.ReadAllText(Page), StringComparison.Ordinal);
        Assert.DoesNotContain("| The dead relay |", File.ReadAllText(Page), StringComparison.Ordinal);
    }

    private static string Built(string program) => $"{program}/bin/Debug/net10.0";

    private string Json(string name) => _folder / $"docs/relays/{name}.json";

    // Creates a relay that starts, and a prepared report for each word. The word is the effect.
    private void Relay(string name, params string[] words)
    {
        Recipe(name,
            $"echo {name} > '{_folder / "started"}'; exec socat TCP-LISTEN:$1,bind=127.0.0.1,reuseaddr,fork " +
            "TCP:127.0.0.1:$2");
        for (int run = 0; run < words.Length; run++)
        {
            File.WriteAllText(_folder / $"verdicts/{name}.{run}", $$"""
                {"at":"2026-01-02T03:04:05Z","summary":"{{words[run]}}","checks":[
                {"name":"client-first","holdSeconds":2,"check":"client ends",
                "word":"{{words[run]}}","verdict":"it is {{words[run]}}","cutAfterSeconds":0.5},
                {"name":"client-reset","word":"preserved"},{"name":"server-reset","word":"preserved"}]}
                """);
        }
    }

    private void Recipe(string name, string line) =>
        Script($"tests/relays/{name}",
            $"# product: The {name} relay\n# needs: bash\n# package: none-of-that-name\n# mend: nothing\n{line}");

    private void Script(string name, string lines)
    {
        File.WriteAllText(_folder / name, $"#!/usr/bin/env bash\n{lines}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(
            _folder / name, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private Task<Programs.Result> MeasureAsync(params string[] arguments) =>
        Programs.ShellAsync(
            $"PATH='{_folder / "bin"}':$PATH '{_folder / "tests/relays/measure"}' {string.Join(' ', arguments)}");
}
