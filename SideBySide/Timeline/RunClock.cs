using System.Globalization;
using Serilog.Events;
using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>
/// The time of a run, for the list of events and for the picture. It begins with the SYN, or, if none was captured,
/// with the client's call of <c>Connect</c>.
/// </summary>
/// <param name="synOf">
/// Waits for the SYN of a client port, or of any port if it is 0; returns its time, or null if none was captured.
/// </param>
/// <param name="segmentsOf">The segments that were captured so far on an event's connection.</param>
public sealed class RunClock(
    Func<int, Task<long?>> synOf, Func<LogEvent, IReadOnlyList<SegmentEvent>> segmentsOf)
{
    private const double NanosecondsPerMillisecond = 1e6;

    private long? _connecting, _zero, _wallOffset;

    /// <summary>
    /// Updates the clock from an event. Must be called once for every event, before <see cref="TimeOf"/> is called with
    /// this event.
    /// </summary>
    public void Read(LogEvent e)
    {
        if (e.Get<long>("ReturnedAt") is var returnedAt and > 0)
            _wallOffset ??= returnedAt - Nanoseconds(e.Timestamp);
        if (e.Is(ClosePhase.Connecting)) _connecting ??= TimeOf(e);
    }

    /// <summary>
    /// The time of an event, in nanoseconds on the monotonic clock. For a call that can send a segment, it is the time
    /// of the segment, or, if none was captured, the time at which the call was made. For the return of <c>Connect</c>,
    /// it is the time of the SYN ACK, or, if the SYN ACK was not captured, the time of the return. For any other call,
    /// it is the time at which the call returned; for an event that is not a call, the time of the event.
    /// </summary>
    public long TimeOf(LogEvent e)
    {
        if (ConsoleEventReader.Read(e) is not { } call)
            return e.Get<long>("ReturnedAt") is var at and > 0 ? at : Nanoseconds(e.Timestamp) + (_wallOffset ?? 0);
        if (call is { CausesSegments: false, Phase: not ClosePhase.Connected }) return call.At;
        IReadOnlyList<SegmentEvent> segments = segmentsOf(e);
        return call.Phase == ClosePhase.Connected
            ? call.AtItsSynAck(segments).At
            : call.AtItsSegment(segments).At;
    }

    /// <summary>
    /// An event's time in milliseconds, for the list. The call of <c>Connect</c> has the time 0; the time of an earlier
    /// event is empty. The time of an event with a direction's total is empty too, because such an event may be written
    /// long after the direction's last call.
    /// </summary>
    public async Task<string> MillisecondsAsync(LogEvent e)
    {
        if (_connecting is null || TimeOf(e) < _connecting || e.Get<long?>("Calls") is not null) return "";
        if (e.Is(ClosePhase.Connecting)) return Milliseconds(0);
        _zero ??= await synOf(e.Get<int>("Connection")) ?? _connecting;
        return Milliseconds(TimeOf(e) - _zero.Value);
    }

    /// <summary>A duration in nanoseconds as whole milliseconds.</summary>
    public static string Milliseconds(long nanoseconds) =>
        Math.Round(nanoseconds / NanosecondsPerMillisecond).ToString("0", CultureInfo.InvariantCulture);

    private static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * 100;
}
