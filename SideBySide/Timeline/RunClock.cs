using System.Globalization;
using Serilog.Events;
using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>
/// The time of a run, for the list of events and for the picture. It begins with the SYN, or, if none was captured,
/// with the client's call of <c>Connect</c>.
/// </summary>
/// <param name="handshakeOf">
/// Waits for the handshake of a port of the client, or of any if it is 0; null if none was captured.
/// </param>
public sealed class RunClock(Func<int, Task<Handshake?>> handshakeOf)
{
    private const double NanosecondsPerMillisecond = 1e6;

    private long? _connecting, _zero, _wallOffset;
    private Handshake? _handshake;

    /// <summary>Reads the clocks from an event. Every event is read once, before its time is used.</summary>
    public void Read(LogEvent e)
    {
        if (e.Get<long>("ReturnedAt") is var returnedAt and > 0)
            _wallOffset ??= returnedAt - Nanoseconds(e.Timestamp);
        if (Is(e, ClosePhase.Connecting)) _connecting ??= TimeOf(e);
    }

    /// <summary>
    /// The time of an event, in nanoseconds on the monotonic clock: of a call that can cause a segment, the time at
    /// which it was made; of any other event, the time at which it was over.
    /// </summary>
    public long TimeOf(LogEvent e) =>
        ConsoleEventReader.Read(e)?.At
        ?? (e.Get<long>("ReturnedAt") is var at and > 0 ? at : Nanoseconds(e.Timestamp) + (_wallOffset ?? 0));

    /// <summary>
    /// An event's time in milliseconds, for the list; empty before the call of <c>Connect</c>, which has the time 0,
    /// and for a sum, which is written when the last call is long over.
    /// </summary>
    public async Task<string> MillisecondsAsync(LogEvent e)
    {
        if (_connecting is null || TimeOf(e) < _connecting || e.Get<long?>("Calls") is not null) return "";
        if (Is(e, ClosePhase.Connecting)) return Milliseconds(0);
        if (_zero is null)
        {
            _handshake = await handshakeOf(e.Get<int>("Connection"));
            _zero = _handshake?.Syn ?? _connecting;
        }

        long at = TimeOf(e);
        if (_handshake is not null && Is(e, ClosePhase.Connected)) at = _handshake.Connected(at);
        return Milliseconds(at - _zero.Value);
    }

    /// <summary>A duration in nanoseconds as whole milliseconds.</summary>
    public static string Milliseconds(long nanoseconds) =>
        Math.Round(nanoseconds / NanosecondsPerMillisecond).ToString("0", CultureInfo.InvariantCulture);

    private static bool Is(LogEvent e, ClosePhase phase) => e.Get<string>("Phase") == $"{phase}";

    private static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * 100;
}
