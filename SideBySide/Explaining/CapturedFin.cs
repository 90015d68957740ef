using SideBySide.Captures;

namespace SideBySide.Explaining;

/// <summary>The FIN of one end.</summary>
/// <param name="First">Its first transmission.</param>
/// <param name="Repeats">Its later transmissions.</param>
/// <param name="Ack">The first segment of the peer that acknowledges it; null if there is none.</param>
internal sealed record CapturedFin(
    CapturedSegment First, IReadOnlyList<CapturedSegment> Repeats, CapturedSegment? Ack)
{
    /// <summary>
    /// Whether there are repetitions, and each of them acknowledges more than the first transmission and came sooner
    /// than a timer would have sent it.
    /// </summary>
    public bool IsRepeatedForItsAck => Repeats.Count > 0 && Repeats.All(r =>
        r.Acknowledgement > First.Acknowledgement
            && r.At - First.At < StateInference.MinRetransmissionTimeout.TotalNanoseconds);
}
