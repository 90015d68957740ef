using TcpClose;

namespace SideBySide;

/// <summary>Holds what was seen against what the scenario's table says may be seen.</summary>
public static class Expectation
{
    /// <summary>What one witness saw beside what it should have.</summary>
    /// <param name="What">What was compared: <c>client</c>, <c>server</c>, <c>wire</c>.</param>
    /// <param name="IsRight">Whether it is as it should be; null where there was no witness.</param>
    /// <param name="Sentence">In words.</param>
    public sealed record Finding(string What, bool? IsRight, string Sentence);

    /// <summary>Compares; one finding for each side's states and one for the wire.</summary>
    /// <param name="scenario">What was played.</param>
    /// <param name="seen">What was seen.</param>
    /// <param name="withLoss">Whether segments were lost on purpose: then another form is no fault of the two programs.</param>
    public static IReadOnlyList<Finding> Compare(Scenario scenario, Observation seen, bool withLoss = false)
    {
        string? client = seen.Client?.Path, server = seen.Server?.Path;
        IReadOnlyList<string>? wire = seen.Segments is { } segments ? WireSummary.Of(segments, seen.ClientPort) : null;
        bool Fits(CloseForm form) => (client is null || client == form.ClientStates)
            && (server is null || server == form.ServerStates) && (wire is null || wire.SequenceEqual(form.Wire));

        // The form that fits all that was seen; else the one that the scenario is played for, to say what differs from it.
        CloseForm? fitting = scenario.Forms.FirstOrDefault(Fits);
        CloseForm form = fitting ?? scenario.Form;
        string Which(bool first) => first ? "as in the table" : "legal as well";
        return
        [
            CompareStates(Side.Client, client, form.ClientStates, Which(form.ClientStates == scenario.Form.ClientStates)),
            .. scenario.HasServer ? (Finding[])[CompareStates(Side.Server, server, form.ServerStates, Which(form.ServerStates == scenario.Form.ServerStates))] : [],
            wire is null ? Unseen("wire", "no capture")
                : Compare("wire", string.Join(", ", wire), string.Join(", ", form.Wire), string.Join(", ", wire), $"{form.Name}, {Which(form == scenario.Form)}"),
        ];

        // The trace says CLOSED where TIME-WAIT begins: the table has that, and people are told what was seen.
        Finding CompareStates(Side side, string? traced, string expected, string fine) =>
            Compare($"{side}".ToLowerInvariant(), traced, expected, string.Join(" → ", seen.StatesOf(side).Select(s => StateNames.Name(s))), fine);

        Finding Compare(string what, string? found, string expected, string shown, string fine) =>
            found is null ? Unseen(what, "no trace")
            : found == expected ? new Finding(what, true, $"{fine}: {shown}")
            : withLoss ? new Finding(what, null, $"otherwise than in the table, with so much lost: {shown}")
            : new Finding(what, false, $"WRONG: {shown}; expected was {expected}");
    }

    private static Finding Unseen(string what, string why) => new(what, null, $"not compared: {why}");
}
