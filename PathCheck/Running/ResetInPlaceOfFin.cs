using PathCheck.Checks;
using PathCheck.Classifying;

namespace PathCheck.Running;

/// <summary>
/// Recognizes a path that sends a RST in place of a FIN. The data that it still holds is then lost, which looks like a
/// cut. Other connections show the cause: all data arrived on them before the reset.
/// </summary>
internal static class ResetInPlaceOfFin
{
    /// <summary>Returns the results, with "FIN became RST" instead of "cut" for such a path.</summary>
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

    // The cut came before the data was due, so the path held no data.
    private static bool IsInSilence(CheckResult result) =>
        result.Hold is { } hold && TimingTolerance.Before(result.CutAfter, hold) is not null;
}
