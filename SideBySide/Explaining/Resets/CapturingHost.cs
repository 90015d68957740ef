using SideBySide.Captures;

namespace SideBySide.Explaining.Resets;

/// <summary>
/// Proves that the host of the capture itself sent a RST with the address of an end. A router that captures at all its
/// interfaces captures each forwarded packet twice. If a packet was captured only as it went out, the router itself
/// sent it.
/// </summary>
internal static class CapturingHost
{
    /// <summary>What shows that the host of the capture sent the RST; null if nothing does.</summary>
    public static string? Explain(ConnectionFacts facts, CapturedSegment reset, CapturedSegment? answered)
    {
        if (reset.Way != PacketWay.Out) return null;

        // If another segment of the end was captured only as it went out, the capture may also have missed the RST as
        // it came in.
        CapturedSegment[] others = [.. facts.Segments.Where(s => s.Side == reset.Side && !s.Has(TcpFlags.Rst))];
        if (!others.Any(s => s.IsForwarded) || others.Any(s => s.Way == PacketWay.Out)) return null;
        return "the capture contains each packet that its host forwarded twice, as it came in and as it went out, but "
            + $"frame {reset.Frame} only as it went out"
            + (answered is { Way: PacketWay.In, IsForwarded: false }
                ? $", and frame {answered.Frame}, which it answers, only as it came in" : "");
    }
}
