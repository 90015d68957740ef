using SideBySide.Captures;

namespace SideBySide.Explaining;

/// <summary>The FIN of one end.</summary>
/// <param name="First">Its first transmission.</param>
/// <param name="Repeats">Its later transmissions.</param>
/// <param name="Ack">The peer's first segment that acknowledges it; null without one.</param>
internal sealed record CapturedFin(
    CapturedSegment First, IReadOnlyList<CapturedSegment> Repeats, CapturedSegment? Ack)
{
    /// <summary>Whether the FIN was repeated only to acknowledge more, too soon for a timer.</summary>
    public bool IsRepeatedForItsAck => Repeats.Count > 0 && Repeats.All(r =>
        r.Acknowledgement > First.Acknowledgement
            && r.At - First.At < StateInference.MinRetransmissionTimeout.TotalNanoseconds);
}
