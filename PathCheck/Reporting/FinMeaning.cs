using PathCheck.Checks;
using PathCheck.Classifying;
using PathCheck.Protocol;

namespace PathCheck.Reporting;

/// <summary>What an effect on a FIN means for a client or a server, or for any program.</summary>
internal static class FinMeaning
{
    /// <summary>The sentence; null if the effect does not concern a FIN.</summary>
    public static string? Of(CheckResult worst, IEnumerable<CheckResult> results)
    {
        CheckResult[] same = [.. results.Where(r => r.Effect == worst.Effect)];
        return worst.Effect == PathEffect.FullClose ? OfFullClose(Only(same, r => r.FirstCloser))
                + $"{Notice.Of(worst, same)}: fix the relay, or mark the end inside the data."
            : worst.Effect == PathEffect.NotForwarded ? OfNotForwarded(Only(same, MissingFinOf)) + OfLate(same)
            : worst.Effect == PathEffect.FinBecameReset ? OfReset(Only(same, ResetFinOf), same.Any(IsDataLost))
            : null;
    }

    private static string OfFullClose(FirstCloser sender) => sender switch
    {
        FirstCloser.Client => "A client that sends its FIN and waits for an answer gets none",
        FirstCloser.Server => "A server that sends its FIN and waits for the rest of the client's data gets none",
        _ => "A program that sends its FIN and waits for an answer gets none",
    };

    private static string OfNotForwarded(FirstCloser sender) =>
        (sender == FirstCloser.Client ? "A server" : sender == FirstCloser.Server ? "A client" : "A program")
        + " that reads to the end of stream waits forever: fix the relay, or mark the end inside the data.";

    private static string OfLate(CheckResult[] same) =>
        same.Max(r => Observations.Micros(r.Far?.LateFin)) is { } late
            ? $" A FIN did arrive after {Evidence.Time(late)}, which is later than --timeout: with a longer one it is "
                + "only late."
            : "";

    private static string OfReset(FirstCloser sender, bool isDataLost) =>
        (sender == FirstCloser.Client ? "The client's normal end looks like a failure to the server"
            : sender == FirstCloser.Server ? "The server's normal end looks like a failure to the client"
            : "A normal end looks like a failure")
        + $", and data that was still in flight {(isDataLost ? "is" : "may be")} lost.";

    private static bool IsDataLost(CheckResult result) => result is { Near: { } near, Far: { } far }
        && (near.IsShort || (far.End != ReportedEnd.Unknown && far.Bytes < near.Sent));

    // Returns None if the results concern both sides, or the side is unknown.
    private static FirstCloser Only(CheckResult[] results, Func<CheckResult, FirstCloser> sideOf)
    {
        FirstCloser[] sides = [.. results.Select(sideOf).Distinct()];
        return sides is [var only] ? only : FirstCloser.None;
    }

    private static FirstCloser MissingFinOf(CheckResult result) => result.MissingFin switch
    {
        "client" => FirstCloser.Client,
        "server" => FirstCloser.Server,
        _ => FirstCloser.None,
    };

    // A reset at the server replaces the client's FIN; a reset at the client replaces the server's FIN.
    private static FirstCloser ResetFinOf(CheckResult result) =>
        result.IsResetAtServer ? FirstCloser.Client
        : result.IsResetAtClient ? FirstCloser.Server
        : FirstCloser.None;
}
