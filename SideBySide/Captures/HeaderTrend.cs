namespace SideBySide.Captures;

/// <summary>The IP headers of one direction so far: time to live and identification.</summary>
/// <param name="Count">The number of segments.</param>
/// <param name="MinTtl">The lowest time to live.</param>
/// <param name="MaxTtl">The highest time to live.</param>
/// <param name="LastId">The last identification that is not 0; 0 if there is none.</param>
/// <param name="IsCounted">Whether the identifications grow in small steps, like a counter.</param>
internal readonly record struct HeaderTrend(int Count, byte MinTtl, byte MaxTtl, ushort LastId, bool IsCounted)
{
    /// <summary>
    /// A counted identification grows by less than this from packet to packet. Packets of other connections may be in
    /// between.
    /// </summary>
    public const int MaxIdStep = 4096;

    private int Steps { get; init; }

    private bool HasJumped { get; init; }

    /// <summary>The trend with one more segment.</summary>
    public HeaderTrend With(CapturedSegment segment)
    {
        bool isStep = segment.IpId != 0 && LastId != 0 && segment.IpId != LastId;
        bool jumped = HasJumped || (isStep && (ushort)(segment.IpId - LastId) >= MaxIdStep);
        int steps = Steps + (isStep ? 1 : 0);
        return new HeaderTrend(Count + 1, Count == 0 ? segment.Ttl : Math.Min(MinTtl, segment.Ttl),
            Math.Max(MaxTtl, segment.Ttl), segment.IpId != 0 ? segment.IpId : LastId, steps > 1 && !jumped)
        {
            Steps = steps,
            HasJumped = jumped,
        };
    }
}
