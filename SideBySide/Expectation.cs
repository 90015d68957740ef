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
    public static IReadOnlyList<Finding> Compare(Scenario scenario, Observation seen)
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
            Compare("client", client, form.ClientStates, Which(form.ClientStates == scenario.Form.ClientStates)),
            .. scenario.HasServer ? (Finding[])[Compare("server", server, form.ServerStates, Which(form.ServerStates == scenario.Form.ServerStates))] : [],
            wire is null ? Unseen("wire", "no capture")
                : Compare("wire", string.Join(", ", wire), string.Join(", ", form.Wire), $"{form.Name}, {Which(form == scenario.Form)}"),
        ];
    }

    private static Finding Compare(string what, string? seen, string expected, string fine) =>
        seen is null ? Unseen(what, "no trace")
        : seen == expected ? new Finding(what, true, $"{fine}: {seen}")
        : new Finding(what, false, $"WRONG: {seen}; expected was {expected}");

    private static Finding Unseen(string what, string why) => new(what, null, $"not compared: {why}");
}
