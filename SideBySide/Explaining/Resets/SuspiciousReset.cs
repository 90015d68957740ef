using SideBySide.Captures;

namespace SideBySide.Explaining.Resets;

/// <summary>
/// Looks for signs that a RST was not sent by the end whose address it has, but by a device on the way: a firewall, a
/// load balancer, a filter.
/// </summary>
internal static class SuspiciousReset
{
    // A path may change by a hop or two. If it never did, a device next to an end differs by one.
    private const int MaxHops = 2, MinSegments = 3;

    /// <summary>What does not fit; null if everything does.</summary>
    public static string? Explain(CapturedSegment reset)
    {
        HeaderTrend own = reset.AtReset!.Headers;
        if (own.Count == 0) return null;
        int hops = Math.Min(Math.Abs(own.MinTtl - reset.Ttl), Math.Abs(own.MaxTtl - reset.Ttl));
        bool isBetween = reset.Ttl >= own.MinTtl && reset.Ttl <= own.MaxTtl,
            isConstant = own.MinTtl == own.MaxTtl && own.Count >= MinSegments;
        if (!isBetween && hops > (isConstant ? 0 : MaxHops))
        {
            return $"its time to live is {reset.Ttl}, but "
                + (own.MinTtl == own.MaxTtl ? $"{own.MinTtl}" : $"{own.MinTtl} to {own.MaxTtl}")
                + " in the other segments of that end";
        }

        // A kernel without a socket sends the identification 0; so the number proves something only if it is not 0.
        return own.IsCounted && reset.IpId != 0 && (ushort)(reset.IpId - own.LastId) >= HeaderTrend.MaxIdStep
            && (ushort)(own.LastId - reset.IpId) >= HeaderTrend.MaxIdStep
            ? $"its IP identification is {reset.IpId}, and that of the segment before it {own.LastId}"
            : null;
    }
}
