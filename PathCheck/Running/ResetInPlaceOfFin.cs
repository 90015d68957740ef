using PathCheck.Checks;
using PathCheck.Classifying;

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
        bool isClientReset = certain.Any(r => r.IsResetAtClient), isServerReset = certain.Any(r => r.IsResetAtServer);
        return [.. results.Select(r =>
            r.Effect == PathEffect.Cut && !IsInSilence(r)
            && ((isClientReset && r.IsResetAtClient) || (isServerReset && r.IsResetAtServer))
                ? r with { Effect = PathEffect.FinBecameReset, CutAfter = null }
                : r)];
    }

    // Before the data was due nothing followed that the path could have held.
    private static bool IsInSilence(CheckResult result) => result is { Hold: not null, CutAfter: not null };
}
