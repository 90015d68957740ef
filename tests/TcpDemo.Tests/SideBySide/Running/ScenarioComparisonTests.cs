using SideBySide.Running;
using TcpClose.Scenarios;
using TcpDemo.Tests.SideBySide.Summary;

namespace TcpDemo.Tests.SideBySide.Running;

/// <summary>
/// The comparison of a run uses the wording of the scenario table. A close "in four segments" has four segments without
/// data.
/// </summary>
public sealed class ScenarioComparisonTests
{
    private static readonly string[] HalfClose =
    [
        "0.1 client trace SYN-SENT", "0.2 client wire SYN 0 0 0", "0.3 server wire SYN,ACK 0 1 0",
        "0.4 client trace ESTABLISHED", "0.5 client wire ACK 1 1 0", "0.6 server trace SYN-RECEIVED",
        "0.7 server trace ESTABLISHED", "10 client wire PSH,ACK 1 1 13", "10.1 server wire ACK 1 14 0",
        "16 client trace FIN-WAIT-1", "16.1 client wire FIN,ACK 14 1 0", "16.2 server trace CLOSE-WAIT",
        "57 server wire ACK 1 15 0", "57.1 client trace FIN-WAIT-2", "220 server wire PSH,ACK 1 15 13",
        "220.1 client wire ACK 15 14 0", "400 server trace LAST-ACK", "400.1 server wire FIN,ACK 14 15 0",
        "400.2 client trace CLOSED", "400.3 client wire ACK 15 15 0", "400.4 server trace CLOSED",
        "401 client call FinRead TIME-WAIT",
    ];

    private static readonly Scenario Scenario = ScenarioTable.Find("half-close");

    [Fact]
    public void StatesAndSegmentsAreComparedWithTheTableAndTheSegmentsOfTheCloseAreCounted()
    {
        CloseSequence form = Scenario.Expected;
        Assert.Equal(
            [
                ("client", true, $"as expected: {form.ClientStates}"),
                ("server", true, $"as expected: {form.ServerStates}"),
                ("wire", true, $"as expected: {string.Join(", ", form.Wire)}"),
                ("close", null, "in four segments: client FIN, server ACK, server FIN, client ACK"),
            ], Compare(HalfClose));
        Assert.EndsWith(" → FIN-WAIT-2 → TIME-WAIT", form.ClientStates, StringComparison.Ordinal);
    }

    [Fact]
    public void TimeWaitIsNotShownIfNoProgramReadIt() =>
        Assert.Equal(("client", true, "as expected, but no program observed TIME-WAIT: "
                + Scenario.Expected.ClientStates.Replace("TIME-WAIT", "CLOSED", StringComparison.Ordinal)),
            Compare(HalfClose.SkipLast(1))[0]);

    [Fact]
    public void StatesAndSegmentsThatDifferAreWrongAndTheCloseIsNotNamed()
    {
        (string What, bool? IsRight, string Sentence)[] found = Compare(HalfClose
            .Where(l => !l.Contains("FIN-WAIT-2", StringComparison.Ordinal)
                && !l.Contains("server wire FIN", StringComparison.Ordinal)));
        Assert.Equal([("client", false), ("server", true), ("wire", (bool?)false)],
            found.Select(f => (f.What, f.IsRight)));
        Assert.StartsWith("WRONG: ", found[0].Sentence, StringComparison.Ordinal);
        Assert.EndsWith($"expected {Scenario.Expected.ClientStates}", found[0].Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void AFormThatNamesANumberOfSegmentsHasThatManySegments() =>
        Assert.All(ScenarioTable.All.SelectMany(s => s.Alternatives)
                .Where(f => f.Name.Contains("segments", StringComparison.Ordinal)),
            f => Assert.Equal(f.Name.Contains("in four", StringComparison.Ordinal) ? 4 : 3, f.Close.Count));

    private static (string What, bool? IsRight, string Sentence)[] Compare(IEnumerable<string> lines) =>
        [.. ScenarioComparison.Compare(Scenario, HandMadeRun.Read(lines)).Select(c => (c.What, c.IsRight, c.Sentence))];
}
