using SideBySide.Captures;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining;

/// <summary>Finds the end at which a capture was made: that end answers immediately in the opening.</summary>
internal static class CapturePlace
{
    // The other end's answer takes longer by more than this factor, because it needs a round trip.
    private const int MinRatio = 10;

    private static readonly TimeSpan MinRoundTrip = TimeSpan.FromMilliseconds(1);

    /// <summary>The end at which the capture was made; null if the capture does not show it.</summary>
    public static Side? Of(ConnectionFacts facts)
    {
        if (facts is not { Syn: not null, SynAck: { } synAck } || !synAck.Has(TcpFlags.Ack)) return null;
        CapturedSegment? syn = facts.Segments.LastOrDefault(s => s.Side == Side.Client && s.Frame < synAck.Frame
            && s.Has(TcpFlags.Syn)),
            ack = facts.Segments.FirstOrDefault(s => s.Side == Side.Client && s.Frame > synAck.Frame
                && s.Acknowledges(synAck.End));
        if (syn is null || ack is null) return null;
        TimeSpan server = Wording.Between(syn.At, synAck.At), client = Wording.Between(synAck.At, ack.At);
        return client >= MinRoundTrip && client > MinRatio * server ? Side.Server
            : server >= MinRoundTrip && server > MinRatio * client ? Side.Client : null;
    }
}
