using PathCheck.Checks;
using PathCheck.Classifying;

namespace PathCheck.Reporting;

/// <summary>Recognizes a path that ends a transfer after a fixed number of bytes.</summary>
internal static class SizeLimit
{
    // A path may also count the bytes before the transfer, such as our request.
    private const long Tolerance = 1024, Min = 4 * Tolerance, MiB = 1024 * 1024;

    /// <summary>
    /// The number of bytes after which transfers end; null if there is no such limit. There is a limit if several
    /// transfers lost data silently after about the same number of bytes, at least 4 KiB, or if the only transfer that
    /// lost data did so after a whole number of MiB. A longer preserved transfer contradicts the limit.
    /// </summary>
    public static long? Of(IReadOnlyList<CheckResult> results)
    {
        long[] passed = [.. results.Where(r => r.Effect == PathEffect.LostSilently).Select(Passed)];
        long most = results.Where(r => r.Effect == PathEffect.Preserved).Select(Passed).DefaultIfEmpty().Max();
        if (passed.Length == 0 || most > passed.Max()) return null;
        bool isSame = passed.Length > 1 && passed.Min() >= Min && passed.Max() - passed.Min() <= Tolerance;
        return isSame || (passed is [var only] && only > 0 && only % MiB == 0) ? passed.Max() : null;
    }

    private static long Passed(CheckResult result) =>
        result.Near is { IsShort: true } near ? near.Received
            : Math.Max(result.Near?.Received ?? 0, result.Far?.Bytes ?? 0);
}
