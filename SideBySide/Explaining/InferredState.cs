using System.Net.NetworkInformation;
using SideBySide.Captures;
using TcpClose.Events;

namespace SideBySide.Explaining;

/// <summary>A state that an end must have entered, according to RFC 9293, if a segment was sent or received.</summary>
/// <param name="Side">The end.</param>
/// <param name="State">The state.</param>
/// <param name="Cause">The segment that the end sent, or that arrived there.</param>
/// <param name="Proof">
/// The segment of that end that proves the state; null if nothing in the capture proves that the end sent or received
/// the cause.
/// </param>
internal sealed record InferredState(Side Side, TcpState State, CapturedSegment Cause, CapturedSegment? Proof)
{
    /// <summary>Whether the end sent the segment that caused the state.</summary>
    public bool IsBySending => Cause.Side == Side;
}
