using SideBySide.Timeline;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Scenarios;

namespace SideBySide.Running;

/// <summary>Compares an observed run with the scenario's table.</summary>
public static class ScenarioComparison
{
    /// <summary>The result of comparing one observation with the table.</summary>
    /// <param name="What">The observation: <c>client</c>, <c>server</c>, <c>wire</c>.</param>
    /// <param name="IsRight">Whether the table allows it; null if nothing was observed.</param>
    /// <param name="Sentence">The result in one sentence.</param>
    public sealed record Comparison(string What, bool? IsRight, string Sentence);

    /// <summary>Compares the states of each side and the segments on the wire.</summary>
    /// <param name="scenario">The scenario that was run.</param>
    /// <param name="run">The observed run.</param>
    /// <param name="withLoss">
    /// Whether segments were dropped on purpose. Another form is then not a fault of the two programs.
    /// </param>
    public static IReadOnlyList<Comparison> Compare(Scenario scenario, ObservedRun run, bool withLoss = false)
    {
        string? client = run.Client?.Path, server = run.Server?.Path;
        IReadOnlyList<string>? wire = run.Segments is { } segments ? WireSummary.Of(segments, run.ClientPort) : null;
        bool Fits(CloseSequence form) => (client is null || client == form.ClientStates)
            && (server is null || server == form.ServerStates) && (wire is null || wire.SequenceEqual(form.Wire));

        // The sequence that matches all observations; otherwise the expected one, to report the difference.
        CloseSequence? fitting = scenario.Alternatives.FirstOrDefault(Fits);
        CloseSequence form = fitting ?? scenario.Expected;
        string Which(bool first) => first ? "as in the table" : "also legal";
        return
        [
            CompareStates(
                Side.Client, client, form.ClientStates, Which(form.ClientStates == scenario.Expected.ClientStates)),
            .. scenario.HasServer ? (Comparison[])[CompareStates(
                Side.Server, server, form.ServerStates,
                Which(form.ServerStates == scenario.Expected.ServerStates))] : [],
            wire is null ? NotCompared("wire", "no capture")
                : Compare("wire", string.Join(", ", wire), string.Join(", ", form.Wire), string.Join(", ", wire),
                    $"{form.Name}, {Which(form == scenario.Expected)}"),
        ];

        // The trace reports CLOSED when TIME-WAIT begins, and so does the table. The sentence names the real states.
        Comparison CompareStates(Side side, string? traced, string expected, string fine) =>
            Compare($"{side}".ToLowerInvariant(), traced, expected,
                string.Join(" → ", run.StatesOf(side).Select(s => StateNames.Name(s))), fine);

        Comparison Compare(string what, string? found, string expected, string shown, string fine) =>
            found is null ? NotCompared(what, "no trace")
            : found == expected ? new Comparison(what, true, $"{fine}: {shown}")
            : withLoss ? new Comparison(what, null, $"not as in the table, with segments dropped: {shown}")
            : new Comparison(what, false, $"WRONG: {shown}; expected {expected}");
    }

    private static Comparison NotCompared(string what, string why) => new(what, null, $"not compared: {why}");
}
