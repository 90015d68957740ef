using System.IO.Hashing;
using PathCheck.Protocol;
using TcpClose.Events;
using TcpClose.Sockets;

namespace PathCheck.FarEnd;

/// <summary>
/// What the far end observed of one connection with an id: the number of bytes, their digest and the times of the
/// events. The connection writes the record; another connection may read it at the same time.
/// </summary>
internal sealed class ConnectionRecord(
    ConnectionId id, ObservedSocket? socket, TimeProvider time, PauseDetector? pauses = null)
    : IConnectionObserver
{
    private readonly long _beganAt = time.GetTimestamp();
    private readonly Lock _lock = new();
    private readonly XxHash128 _hash = new();
    private ConnectionReport _report = ConnectionReport.Nothing(id) with { End = ReportedEnd.Open };
    private long? _endedAt;
    private bool _isDuplicate;

    /// <summary>The connection's id.</summary>
    public ConnectionId Id => id;

    /// <summary>How long ago the connection ended; null if it is open.</summary>
    public TimeSpan? EndedAgo
    {
        get
        {
            // The lock is needed because a nullable 64-bit value is written in two steps.
            lock (_lock) return _endedAt is { } ended ? time.GetElapsedTime(ended) : null;
        }
    }

    /// <summary>Bytes were read after the request line.</summary>
    public void Received(long calledAt, ReadOnlySpan<byte> bytes, bool afterOurFin)
    {
        lock (_lock)
        {
            if (_endedAt is not null) return;
            _hash.Append(bytes);
            _report = _report with { Bytes = _report.Bytes + bytes.Length, Last = Now() };
        }
    }

    /// <summary>The end of stream was read.</summary>
    public void FinRead(long calledAt) => MarkFin(socket?.SinceLastSegment);

    /// <summary>Records that the end of stream was read. The FIN had arrived <paramref name="ago"/> before.</summary>
    public void MarkFin(TimeSpan? ago) => Update(
        report => report with { Fin = report.Fin ?? Math.Max(report.Last ?? 0, Now() - Micros(ago ?? default)) });

    /// <summary>Records that the far end has sent bytes.</summary>
    public void Sent(long calledAt, ReadOnlySpan<byte> bytes)
    {
        int count = bytes.Length;
        Update(report => report with { Reply = report.Reply ?? Now(), Sent = report.Sent + count });
    }

    /// <summary>The connection was reset.</summary>
    public void ResetReceived(in CallSample sample, string how) =>
        Update(report => report with { Reset = report.Reset ?? Now() });

    /// <summary>The far end aborted the connection.</summary>
    public void Aborted(in CallSample sample, string cause)
    {
        Update(report => report with { Aborted = report.Aborted ?? Now() });
        MarkEnded();
    }

    /// <summary>The kernel gave up on the connection.</summary>
    public void ConnectionTimedOut(in CallSample sample, string cause) => Aborted(sample, cause);

    /// <summary>The descriptor was closed.</summary>
    public void SocketClosed(long calledAt) => MarkEnded();

    /// <summary>Records that a second connection used this id.</summary>
    public void MarkDuplicate()
    {
        lock (_lock) _isDuplicate = true;
    }

    /// <summary>
    /// Completes the record. A close before the near end's FIN counts as an abort, because later data is answered with
    /// a RST.
    /// </summary>
    public void MarkEnded() => Update(report =>
    {
        _endedAt = time.GetTimestamp();
        return report with { Digest = PatternDigest.Hex(_hash), End = EndOf(report), Pause = Pause() };
    });

    public ConnectionReport ToReport()
    {
        lock (_lock)
        {
            ConnectionReport report = _endedAt is null
                ? _report with { Digest = PatternDigest.Hex(_hash), Pause = Pause() }
                : _report;
            return _isDuplicate ? report with { End = ReportedEnd.Several } : report;
        }
    }

    private static ReportedEnd EndOf(ConnectionReport report) => report switch
    {
        { Reset: not null } => ReportedEnd.Reset,
        { Aborted: not null } or { Fin: null } => ReportedEnd.Aborted,
        _ => ReportedEnd.Fin,
    };

    private void Update(Func<ConnectionReport, ConnectionReport> change)
    {
        lock (_lock)
            if (_endedAt is null) _report = change(_report);
    }

    private long Pause() => Micros(pauses?.LongestSince(time.GetElapsedTime(_beganAt)) ?? default);

    private long Now() => Micros(time.GetElapsedTime(_beganAt));

    private static long Micros(TimeSpan span) => (long)span.TotalMicroseconds;
}
