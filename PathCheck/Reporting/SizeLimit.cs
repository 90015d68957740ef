using PathCheck.Checks;
using PathCheck.Classifying;

namespace PathCheck.Reporting;

/// <summary>Recognizes a path that ends each direction of a connection after the same number of bytes.</summary>
internal static class SizeLimit
{
    // The limit may or may not count our request, and what came before the transfer.
    private const long Tolerance = 1024, Min = 4 * Tolerance;

    /// <summary>
    /// The number of bytes, if at least two transfers were cut off after about as many, and no check that lost data
    /// contradicts it; otherwise null.
    /// </summary>
    public static long? Of(IEnumerable<CheckResult> results)
    {
        long[] passed = [.. results.Where(r => r.Effect == PathEffect.LostSilently).Select(Passed)];
        return passed.Length > 1 && passed.Min() >= Min && passed.Max() - passed.Min() <= Tolerance
            ? passed.Max() : null;
    }

    private static long Passed(CheckResult result) =>
        result.Near is { IsShort: true } near ? near.Received : result.Far?.Bytes ?? 0;
}
