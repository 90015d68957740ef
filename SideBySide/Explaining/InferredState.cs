using System.Net.NetworkInformation;
using SideBySide.Captures;
using TcpClose.Events;

namespace SideBySide.Explaining;

/// <summary>A state that an end entered, according to RFC 9293, when it sent or received a segment.</summary>
/// <param name="Side">The end.</param>
/// <param name="State">The state.</param>
/// <param name="Cause">The segment that the end sent or received.</param>
/// <param name="Proof">The end's segment that proves the state; null if nothing proves it.</param>
internal sealed record InferredState(Side Side, TcpState State, CapturedSegment Cause, CapturedSegment? Proof)
{
    /// <summary>Whether the end sent the segment that caused the state.</summary>
    public bool IsBySending => Cause.Side == Side;
}
