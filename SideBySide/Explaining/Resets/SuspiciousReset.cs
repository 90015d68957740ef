using System.Globalization;
using SideBySide.Captures;

namespace SideBySide.Explaining.Resets;

/// <summary>
/// Looks for signs that a RST was not sent by the end whose address it has, but by a device on the way: a firewall, a
/// load balancer, a filter.
/// </summary>
internal static class SuspiciousReset
{
    // A path may change by a hop or two; a device between the ends is nearer, or begins with another time to live.
    private const int MaxHops = 2;

    // More packets than this are hardly sent between two of the same connection.
    private const int MaxIdStep = 4096;

    /// <summary>What does not fit; null if everything does.</summary>
    public static string? Explain(IReadOnlyList<CapturedSegment> segments, CapturedSegment reset)
    {
        CapturedSegment[] own = [.. segments.Where(s => s.Side == reset.Side && s.Frame < reset.Frame
            && !s.Has(TcpFlags.Rst))];
        if (own.Length == 0) return null;
        int nearest = own.Min(s => Math.Abs(s.Ttl - reset.Ttl));
        if (nearest > MaxHops)
        {
            return string.Create(CultureInfo.InvariantCulture, $"its time to live is {reset.Ttl}, but "
                + $"{Range([.. own.Select(s => (int)s.Ttl)])} in the other segments of that end");
        }

        // A kernel without a socket sends the identification 0; so the number proves something only if it is not 0.
        ushort[] ids = [.. own.Where(s => s.IpId != 0).Select(s => s.IpId)];
        bool counts = ids.Length > 2 && ids.Distinct().Count() > 1
            && ids.Zip(ids.Skip(1)).All(p => (ushort)(p.Second - p.First) < MaxIdStep);
        return counts && reset.IpId != 0 && (ushort)(reset.IpId - ids[^1]) >= MaxIdStep
            && (ushort)(ids[^1] - reset.IpId) >= MaxIdStep
            ? string.Create(CultureInfo.InvariantCulture, $"its IP identification is {reset.IpId}, and that of the "
                + $"segment before it {ids[^1]}")
            : null;
    }

    private static string Range(int[] values) => values.Min() == values.Max() ? $"{values.Min()}"
        : $"{values.Min()} to {values.Max()}";
}
