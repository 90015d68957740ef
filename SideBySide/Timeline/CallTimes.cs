using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>
/// Gives calls the times of their segments, because a call that a program makes for the first time may reach the kernel
/// only after several milliseconds.
/// </summary>
internal static class CallTimes
{
    // The tolerance between a time of the capture and a time of a call. The usual error is about a microsecond.
    private static readonly long ClockError = (long)TimeSpan.FromMicroseconds(100).TotalNanoseconds;

    /// <summary>
    /// Gives a call the time of the first segment that it sent, if one was captured between its beginning and its
    /// return. The event of <c>Connect</c> has no time of a return, so any later SYN belongs to it.
    /// </summary>
    public static CallEvent AtItsSegment(this CallEvent call, IEnumerable<SegmentEvent> segments) =>
        segments.FirstOrDefault(s => s.Side == call.Side && call.CanSend(s) && !s.Segment.IsRetransmission
            && s.At >= call.At - ClockError
            && (s.At <= call.ReturnedAt + ClockError || call.Phase == ClosePhase.Connecting)) is { } sent
            ? call with { At = Math.Max(call.At, sent.At) }
            : call;

    /// <summary>
    /// Gives a call of <c>Connect</c> the time of the last SYN ACK before its return, because .NET takes some
    /// milliseconds to return from the first <c>ConnectAsync</c>.
    /// </summary>
    public static CallEvent AtItsSynAck(this CallEvent call, IEnumerable<SegmentEvent> segments) =>
        segments.LastOrDefault(s => s.Segment.Flags == "SYN ACK" && s.At <= call.At) is { } synAck
            ? call with { At = synAck.At }
            : call;

    /// <summary>
    /// If the call's side entered a state after the call began and before the segment of the call, gives the call the
    /// time of the first such state.
    /// </summary>
    public static CallEvent BeforeItsState(this CallEvent call, long calledAt, IEnumerable<StateEvent> states) =>
        states.FirstOrDefault(s => s.Side == call.Side && s.At >= calledAt && s.At < call.At) is { } entered
            ? call with { At = entered.At }
            : call;

    /// <summary>Whether a call of this kind can send such a segment.</summary>
    public static bool CanSend(this CallEvent call, SegmentEvent segment) => call.Phase switch
    {
        ClosePhase.Connecting => segment.Has("SYN"),
        ClosePhase.Sent => segment.Segment.Length > 0,
        ClosePhase.FinQueued => segment.Has("FIN"),
        ClosePhase.SocketClosed => segment.Has("FIN") || segment.Has("RST"),
        ClosePhase.Aborted => segment.Has("RST"),
        _ => false,
    };
}
