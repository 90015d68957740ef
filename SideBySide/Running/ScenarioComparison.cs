using SideBySide.Timeline;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Scenarios;

namespace SideBySide.Running;

/// <summary>Compares an observed run with the scenario's table.</summary>
public static class ScenarioComparison
{
    /// <summary>The result of comparing one observation with the table.</summary>
    /// <param name="What">
    /// The observation: <c>client</c>, <c>server</c>, <c>wire</c>, <c>close</c>, <c>lost</c>.
    /// </param>
    /// <param name="IsRight">
    /// Whether the observation is as it should be. Null if it was not compared, or if dropped segments explain the
    /// difference.
    /// </param>
    /// <param name="Sentence">The result in one sentence.</param>
    public sealed record Comparison(string What, bool? IsRight, string Sentence);

    /// <summary>Compares the states of each side and the segments on the wire.</summary>
    /// <param name="scenario">The scenario that was run.</param>
    /// <param name="run">The observed run.</param>
    /// <param name="withLoss">Whether segments were dropped on purpose, which explains a difference.</param>
    public static IReadOnlyList<Comparison> Compare(Scenario scenario, ObservedRun run, bool withLoss = false)
    {
        IReadOnlyList<string>? wire = run.Segments is { } segments ? WireSummary.Of(segments, run.ClientPort) : null;
        bool Fits(CloseSequence form) => FitsTrace(form, Side.Client) && FitsTrace(form, Side.Server)
            && (wire is null || wire.SequenceEqual(form.Wire));
        bool FitsTrace(CloseSequence form, Side side) => Trace(side) is not { } trace || trace == form.TraceOf(side);
        string? Trace(Side side) => (side == Side.Client ? run.Client : run.Server)?.Path;

        // The sequence that matches all observations; otherwise the expected one.
        CloseSequence? fitting = scenario.Alternatives.FirstOrDefault(Fits);
        CloseSequence form = fitting ?? scenario.Expected;
        return
        [
            CompareStates(Side.Client),
            .. scenario.HasServer ? (Comparison[])[CompareStates(Side.Server)] : [],
            wire is null ? NotCompared("wire", "no capture")
                : Compare("wire", wire.SequenceEqual(form.Wire), string.Join(", ", wire), string.Join(", ", form.Wire),
                    Fine(form == scenario.Expected)),
            .. wire is not null && fitting is not null && fitting.Close.Count < fitting.Wire.Count
                ? (Comparison[])[new("close", null, $"{fitting.Name}: {string.Join(", ", fitting.Close)}")]
                : [],
        ];

        Comparison CompareStates(Side side)
        {
            string what = $"{side}".ToLowerInvariant(), expected = form.StatesOf(side);
            if (Trace(side) is not { } trace) return NotCompared(what, "no kernel trace");
            bool fits = FitsTrace(form, side), needsReading = form.TimeWait.Contains(side);
            string fine = Fine(expected == scenario.Expected.StatesOf(side));
            // The trace does not report TIME-WAIT, but the consoles may have read it.
            string shown = fits && !needsReading ? trace
                : string.Join(" → ", run.StatesOf(side).Select(s => StateNames.Name(s)));
            return Compare(what, fits, shown, expected,
                shown == expected ? fine : $"{fine}, but no program observed TIME-WAIT");
        }

        Comparison Compare(string what, bool fits, string shown, string expected, string fine) =>
            fits ? new Comparison(what, true, $"{fine}: {shown}")
            : withLoss ? new Comparison(what, null, $"not as expected, because segments were dropped: {shown}")
            : new Comparison(what, false, $"WRONG: {shown}; expected {expected}");
    }

    private static string Fine(bool isExpected) => isExpected ? "as expected" : "also legal";

    private static Comparison NotCompared(string what, string why) => new(what, null, $"not compared: {why}");
}
