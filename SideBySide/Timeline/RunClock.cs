using System.Globalization;
using Serilog.Events;
using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>
/// The time of a run. It begins with the SYN. If no SYN was captured, it begins with the client's call of
/// <c>Connect</c>.
/// </summary>
/// <param name="synOf">
/// Waits for the SYN of a client port (0: any port). Returns its time; null if none was captured.
/// </param>
/// <param name="segmentsOf">The segments captured so far on an event's connection.</param>
public sealed class RunClock(
    Func<int, Task<long?>> synOf, Func<LogEvent, IReadOnlyList<SegmentEvent>> segmentsOf)
{
    private const double NanosecondsPerMillisecond = 1e6;

    private long? _connecting, _zero, _wallOffset;

    /// <summary>Updates the clock. Must be called once for every event, before <see cref="TimeOf"/>.</summary>
    public void Read(LogEvent e)
    {
        if (e.Get<long>("ReturnedAt") is var returnedAt and > 0)
            _wallOffset ??= returnedAt - Nanoseconds(e.Timestamp);
        if (e.Is(ClosePhase.Connecting)) _connecting ??= TimeOf(e);
    }

    /// <summary>
    /// The time of an event, in nanoseconds on the monotonic clock. A call that can send a segment has the time of the
    /// segment, or, if none was captured, the time at which the call was made. The return of <c>Connect</c> has the
    /// time of the SYN ACK, or, if the SYN ACK was not captured, the time of the return. Any other call has the time of
    /// its return.
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
    /// An event's time in milliseconds, for the list. The call of <c>Connect</c> has the time 0. The time is empty for
    /// an earlier event. It is also empty for an event with a direction's total, which may be written late.
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
