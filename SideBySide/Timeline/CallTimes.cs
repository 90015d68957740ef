using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>
/// The times of calls: that of a call that sends something is the time of its segment. A program that makes a call for
/// the first time may take several milliseconds until it reaches the kernel.
/// </summary>
internal static class CallTimes
{
    // The clock of the capture is converted to that of the calls, to within some microseconds.
    private static readonly long ClockError = (long)TimeSpan.FromMicroseconds(100).TotalNanoseconds;

    /// <summary>
    /// Gives a call the time of the first segment that it sent, if one was captured between its beginning and its
    /// return. Otherwise the call keeps the time at which it was made. <c>Connect</c> is reported before it is made.
    /// </summary>
    public static CallEvent AtItsSegment(this CallEvent call, IEnumerable<SegmentEvent> segments) =>
        segments.FirstOrDefault(s => s.Side == call.Side && call.CanSend(s) && !s.Segment.IsRetransmission
            && s.At >= call.At - ClockError
            && (s.At <= call.ReturnedAt + ClockError || call.Phase == ClosePhase.Connecting)) is { } sent
            ? call with { At = Math.Max(call.At, sent.At) }
            : call;

    /// <summary>
    /// Gives a call of <c>Connect</c> the time of the last SYN ACK before its return, because .NET takes some
    /// milliseconds to start its event loop and to return from the first <c>ConnectAsync</c>. By then the server has
    /// accepted the connection long ago.
    /// </summary>
    public static CallEvent AtItsSynAck(this CallEvent call, IEnumerable<SegmentEvent> segments) =>
        segments.LastOrDefault(s => s.Segment.Flags == "SYN ACK" && s.At <= call.At) is { } synAck
            ? call with { At = synAck.At }
            : call;

    /// <summary>
    /// Moves a call before the state that the kernel entered during it, which precedes the segment.
    /// </summary>
    public static CallEvent BeforeItsState(this CallEvent call, long calledAt, IEnumerable<StateEvent> states) =>
        states.FirstOrDefault(s => s.Side == call.Side && s.At >= calledAt && s.At < call.At) is { } entered
            ? call with { At = entered.At }
            : call;

    /// <summary>Whether a call of this kind sends such a segment.</summary>
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
