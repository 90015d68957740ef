using System.Text.Json.Nodes;
using PathCheck;
using PathCheck.Checks;
using PathCheck.Checks.HalfClosed;
using PathCheck.Classifying;
using PathCheck.Protocol;
using PathCheck.Reporting;
using TcpClose.Cli;

namespace TcpDemo.Tests.PathCheck.Reporting;

/// <summary>A run is compared with an earlier one: only a path that has become worse fails.</summary>
public sealed class EarlierRunTests : IDisposable
{
    private static readonly CheckResult Preserved = new(new ClientClosesFirst(), Seconds(1), PathEffect.Preserved, "");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("preserved", null, "preserved", null, null)]
    [InlineData("preserved", null, "cut", 0.5, "client ends, reply after 1s: cut after 0.50 s (was preserved)")]
    [InlineData("cut", 0.9, "cut", 0.5, "client ends, reply after 1s: cut after 0.50 s (was cut after 0.90 s)")]
    [InlineData("cut", 0.52, "cut", 0.5, null)]
    [InlineData("cut", 0.5, "not-judged", null, null)]
    [InlineData("still-open", null, "gave-up", 0.5, null)]
    [InlineData("gave-up", 0.9, "gave-up", 0.5, null)]
    [InlineData("fin-full-close", null, "data-altered", null,
        "client ends, reply after 1s: data altered (was FIN closed both directions)")]
    public void ARowIsWorseIfItsEffectIsMoreSevereOrItsCutEarlier(
        string before, double? cutBefore, string now, double? cutNow, string? worse)
    {
        EarlierRun earlier = Write(Result(before, cutBefore));
        PathReport report = ReportOf(Result(now, cutNow)) with { Earlier = earlier };
        Assert.Equal(worse is null ? [] : (string[])[worse], report.Worse);
        Assert.Empty(report.Better);
        Assert.Equal(worse is not null ? 2 : now == "not-judged" ? 1 : 0, report.ExitCode);
        Assert.EndsWith(worse is null ? $"Nothing is worse than in {earlier.File}." : $"{worse}.", report.Comparison,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cut", 0.5, "preserved", null, "client ends, reply after 1s: preserved (was cut after 0.50 s)")]
    [InlineData("cut", 0.5, "cut", 0.9, "client ends, reply after 1s: cut after 0.90 s (was cut after 0.50 s)")]
    [InlineData("cut", 0.5, "cut", 0.52, null)]
    [InlineData("not-judged", null, "preserved", null, null)]
    [InlineData("gave-up", 0.5, "still-open", null, null)]
    [InlineData("data-altered", null, "fin-full-close", null,
        "client ends, reply after 1s: FIN closed both directions (was data altered)")]
    public void WhatIsBetterIsListed(
        string before, double? cutBefore, string now, double? cutNow, string? better)
    {
        EarlierRun earlier = Write(Result(before, cutBefore));
        PathReport report = ReportOf(Result(now, cutNow)) with { Earlier = earlier };
        Assert.Equal(better is null ? [] : (string[])[better], report.Better);
        Assert.Empty(report.Worse);
        Assert.Equal($"Nothing is worse than in {earlier.File}." + (better is null ? "" : $" Better: {better}."),
            report.Comparison);
        string json = Report.Of(report with { Options = report.Options with { Format = ReportFormat.Json } });
        Assert.Equal(report.Better,
            JsonNode.Parse(json)!["better"]!.AsArray().Select(text => (string?)text));
    }

    [Fact]
    public void ARowThatOnlyOneRunHasIsNotCompared()
    {
        EarlierRun earlier = Write(Preserved with { Hold = Seconds(9) });
        Assert.Empty(earlier.Worse([Result("cut", 0.5)]));
    }

    [Theory]
    [InlineData(null, "cannot be read: Could not find file")]
    [InlineData("not JSON", "is not a report of PathCheck: write one with --json.")]
    [InlineData("{}", "is not a report of PathCheck: write one with --json.")]
    [InlineData("[1]", "is not a report of PathCheck: write one with --json.")]
    [InlineData("""{"checks":[{"name":"client-first","word":"unheard-of"}]}""", "is not a report of PathCheck")]
    [InlineData("""{"checks":[{"name":7,"word":"cut"}]}""", "is not a report of PathCheck")]
    public void AnotherFileIsRefusedBeforeTheRun(string? text, string sentence)
    {
        string file = _folder / "earlier.json";
        if (text is not null) File.WriteAllText(file, text);
        CommandException refused = Assert.Throws<CommandException>(() => EarlierRun.Read(file));
        Assert.StartsWith($"--expect {file} {sentence}", refused.Message, StringComparison.Ordinal);
    }

    private EarlierRun Write(CheckResult result)
    {
        string file = _folder / "earlier.json";
        PathReport report = ReportOf(result);
        File.WriteAllText(file, Report.Of(report with
        {
            Options = report.Options with { Format = ReportFormat.Json },
        }));
        return EarlierRun.Read(file);
    }

    private static PathReport ReportOf(CheckResult result) =>
        new(new PathCheckOptions(), new FarEndInfo(""), [result], default);

    private static CheckResult Result(string word, double? cut) => Preserved with
    {
        Effect = PathEffect.All.Single(e => e.Key == word),
        CutAfter = cut is { } seconds ? Seconds(seconds) : null,
    };

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
