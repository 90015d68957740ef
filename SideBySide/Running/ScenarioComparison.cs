using SideBySide.Timeline;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Scenarios;

namespace SideBySide.Running;

/// <summary>Holds what was seen against what the scenario's table says may be seen.</summary>
public static class ScenarioComparison
{
    /// <summary>What one witness saw beside what it should have.</summary>
    /// <param name="What">What was compared: <c>client</c>, <c>server</c>, <c>wire</c>.</param>
    /// <param name="IsRight">Whether it is as it should be; null where there was no witness.</param>
    /// <param name="Sentence">In words.</param>
    public sealed record Comparison(string What, bool? IsRight, string Sentence);

    /// <summary>Compares; one finding for each side's states and one for the wire.</summary>
    /// <param name="scenario">What was played.</param>
    /// <param name="seen">What was seen.</param>
    /// <param name="withLoss">Whether segments were lost on purpose: then another form is no fault of the two programs.</param>
    public static IReadOnlyList<Comparison> Compare(Scenario scenario, ObservedRun seen, bool withLoss = false)
    {
        string? client = seen.Client?.Path, server = seen.Server?.Path;
        IReadOnlyList<string>? wire = seen.Segments is { } segments ? WireSummary.Of(segments, seen.ClientPort) : null;
        bool Fits(CloseSequence form) => (client is null || client == form.ClientStates)
            && (server is null || server == form.ServerStates) && (wire is null || wire.SequenceEqual(form.Wire));

        // The form that fits all that was seen; else the one that the scenario is played for, to say what differs from it.
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

        // The trace says CLOSED where TIME-WAIT begins: the table has that, and people are told what was seen.
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
