using PathCheck.Checks;
using PathCheck.Classifying;
using PathCheck.Protocol;

namespace PathCheck.Running;

/// <summary>
/// Recognizes the cuts of a path that sends a RST in place of a FIN. Such a path discards what it still holds at that
/// moment, which looks like a cut; but on other connections all data arrived, and then the reset.
/// </summary>
internal static class ResetInPlaceOfFin
{
    /// <summary>Returns the results, some with the effect on the FIN instead of a cut.</summary>
    public static IReadOnlyList<CheckResult> Attribute(IReadOnlyList<CheckResult> results)
    {
        CheckResult[] certain = [.. results.Where(r => r.Effect == PathEffect.FinBecameReset)];
        bool isClientReset = certain.Any(IsClientReset), isServerReset = certain.Any(IsServerReset);
        return [.. results.Select(r =>
            r.Effect == PathEffect.Cut && !IsInSilence(r)
            && ((isClientReset && IsClientReset(r)) || (isServerReset && IsServerReset(r)))
                ? r with { Effect = PathEffect.FinBecameReset, CutAfter = null }
                : r)];
    }

    // Before the data was due nothing followed that the path could have held.
    private static bool IsInSilence(CheckResult result) => result is { Hold: not null, CutAfter: not null };

    // The server's FIN arrives at the client, and the client's at the server.
    private static bool IsClientReset(CheckResult result) => result.Near is { End: StreamEnd.Reset };

    private static bool IsServerReset(CheckResult result) => result.Far is { Fin: null, Reset: not null };
}
