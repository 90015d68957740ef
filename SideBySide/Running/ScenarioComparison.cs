using SideBySide.Timeline;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Scenarios;

namespace SideBySide.Running;

/// <summary>Compares an observed run with the scenario's table.</summary>
public static class ScenarioComparison
{
    /// <summary>One observation, compared with what the table allows.</summary>
    /// <param name="What">What was compared: <c>client</c>, <c>server</c>, <c>wire</c>.</param>
    /// <param name="IsRight">Whether the table allows it; null if nothing was observed.</param>
    /// <param name="Sentence">In words.</param>
    public sealed record Comparison(string What, bool? IsRight, string Sentence);

    /// <summary>Compares; one finding for each side's states and one for the wire.</summary>
    /// <param name="scenario">What was played.</param>
    /// <param name="seen">What was seen.</param>
    /// <param name="withLoss">Whether segments were lost on purpose: then another form is no fault of the two
    /// programs.</param>
    public static IReadOnlyList<Comparison> Compare(Scenario scenario, ObservedRun seen, bool withLoss = false)
    {
        string? client = seen.Client?.Path, server = seen.Server?.Path;
        IReadOnlyList<string>? wire = seen.Segments is { } segments ? WireSummary.Of(segments, seen.ClientPort) : null;
        bool Fits(CloseSequence form) => (client is null || client == form.ClientStates)
            && (server is null || server == form.ServerStates) && (wire is null || wire.SequenceEqual(form.Wire));

        // The sequence that matches all observations; otherwise the expected one, to report the difference.
        CloseSequence? fitting = scenario.Alternatives.FirstOrDefault(Fits);
        CloseSequence form = fitting ?? scenario.Expected;
        string Which(bool first) => first ? "as in the table" : "legal as well";
        return
        [
            CompareStates(Side.Client, client, form.ClientStates, Which(form.ClientStates == scenario.Expected.ClientStates)),
            .. scenario.HasServer ? (Comparison[])[CompareStates(Side.Server, server, form.ServerStates, Which(form.ServerStates == scenario.Expected.ServerStates))] : [],
            wire is null ? Unseen("wire", "no capture")
                : Compare("wire", string.Join(", ", wire), string.Join(", ", form.Wire), string.Join(", ", wire), $"{form.Name}, {Which(form == scenario.Expected)}"),
        ];

        // The trace reports CLOSED when TIME-WAIT begins, and so does the table. The sentence names the real states.
        Comparison CompareStates(Side side, string? traced, string expected, string fine) =>
            Compare($"{side}".ToLowerInvariant(), traced, expected, string.Join(" → ", seen.StatesOf(side).Select(s => StateNames.Name(s))), fine);

        Comparison Compare(string what, string? found, string expected, string shown, string fine) =>
            found is null ? Unseen(what, "no trace")
            : found == expected ? new Comparison(what, true, $"{fine}: {shown}")
            : withLoss ? new Comparison(what, null, $"otherwise than in the table, with so much lost: {shown}")
            : new Comparison(what, false, $"WRONG: {shown}; expected was {expected}");
    }

    private static Comparison Unseen(string what, string why) => new(what, null, $"not compared: {why}");
}
