using SideBySide.Captures;

namespace SideBySide.Explaining.Resets;

/// <summary>
/// Looks for signs that a RST was sent by a device on the way: a firewall, a load balancer, a filter.
/// </summary>
internal static class SuspiciousReset
{
    // A difference of one or two hops alone is only a weak sign, because the path may have changed.
    private const int MaxHops = 2, MinSegments = 3;

    /// <summary>The sign that the end did not send the RST, in words; null without one.</summary>
    public static string? Explain(CapturedSegment reset)
    {
        HeaderTrend own = reset.AtReset!.Headers;
        if (own.Count == 0) return null;
        int hops = HopsAway(own, reset);
        if (hops > MaxHops) return Ttls(own, reset);
        if (hops > 0 && IsOfAnotherStack(own, reset))
        {
            return $"{Ttls(own, reset)}, which began with {Initial(own.MaxTtl)} and not with {Initial(reset.Ttl)}, as "
                + "those of a different system do";
        }

        // A kernel without a socket for the connection sends a RST with the identification 0, so 0 is no sign of a
        // device.
        return own.IsCounted && reset.IpId != 0 && (ushort)(reset.IpId - own.LastId) >= HeaderTrend.MaxIdStep
            && (ushort)(own.LastId - reset.IpId) >= HeaderTrend.MaxIdStep
            ? $"its IP identification is {reset.IpId}, and that of the segment before it {own.LastId}"
            : null;
    }

    /// <summary>
    /// A weaker sign that the RST may come from a device; null without one. A system itself may use another initial
    /// time to live for a RST than for its sockets.
    /// </summary>
    public static string? ExplainNextHop(CapturedSegment reset)
    {
        HeaderTrend own = reset.AtReset!.Headers;
        return own.MinTtl == own.MaxTtl && own.Count >= MinSegments
            && (HopsAway(own, reset) is > 0 and <= MaxHops || IsOfAnotherStack(own, reset))
            ? Ttls(own, reset)
            : null;
    }

    /// <summary>
    /// How the RST's time to live differs from that of the end's earlier segments. Null if the distances in hops agree,
    /// or are not known.
    /// </summary>
    public static string? ExplainTtl(CapturedSegment reset)
    {
        HeaderTrend own = reset.AtReset!.Headers;
        return own.Count > 0 && HopsAway(own, reset) > 0 ? Ttls(own, reset) : null;
    }

    /// <summary>
    /// Where the RST's sender is, if routers forwarded the end's other segments, but not the RST; otherwise empty.
    /// </summary>
    public static string DescribePlace(CapturedSegment reset) =>
        Hops(reset.Ttl) == 0 && HopsAway(reset.AtReset!.Headers, reset) > 0
            ? " That RST has probably crossed no router; then its sender is at the place of the capture or on the same "
                + "network."
            : "";

    private static string Ttls(HeaderTrend own, CapturedSegment reset) => $"its time to live is {reset.Ttl}, but "
        + (own.MinTtl == own.MaxTtl ? $"{own.MinTtl}" : $"{own.MinTtl} to {own.MaxTtl}")
        + " in the other segments of that end";

    // By how many hops the RST's sender is farther away or nearer than the end. Only hops are compared, because a
    // system may use another initial time to live for a RST.
    private static int HopsAway(HeaderTrend own, CapturedSegment reset)
    {
        int hops = Hops(reset.Ttl), most = Math.Max(Hops(own.MinTtl), Hops(own.MaxTtl)),
            fewest = Math.Min(Hops(own.MinTtl), Hops(own.MaxTtl));
        return Math.Max(0, Math.Max(hops - most, fewest - hops));
    }

    private static bool IsOfAnotherStack(HeaderTrend own, CapturedSegment reset) => own.Count > 0
        && Initial(own.MinTtl) == Initial(own.MaxTtl) && Initial(own.MinTtl) != Initial(reset.Ttl);

    private static int Hops(byte ttl) => Initial(ttl) - ttl;

    // Systems begin with 64, 128 or 255.
    private static int Initial(byte ttl) => ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
}
