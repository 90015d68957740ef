using System.Security.Cryptography;
using TcpClose.Events;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// What the server saw of one connection that carries an id: how much, its digest, and when what came, but no payload. The
/// connection writes it, and another one may ask for it meanwhile.
/// </summary>
internal sealed class ConnectionRecord(ConnectionId id, ObservedSocket? socket, TimeProvider time) : IConnectionObserver
{
    private readonly long _beganAt = time.GetTimestamp();
    private readonly Lock _one = new();
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private ConnectionReport _saw = ConnectionReport.Nothing(id) with { End = ConnectionReport.Open };
    private long? _endedAt;
    private bool _isOneOfSeveral;

    /// <summary>Which connection.</summary>
    public ConnectionId Id => id;

    /// <summary>How long ago it ended; null where it has not.</summary>
    public TimeSpan? EndedAgo => _endedAt is { } ended ? time.GetElapsedTime(ended) : null;

    /// <summary>Bytes were read behind the request line.</summary>
    public void Received(long calledAt, ReadOnlySpan<byte> bytes, bool afterOurFin)
    {
        lock (_one)
        {
            if (_endedAt is not null) return;
            _hash.AppendData(bytes);
            _saw = _saw with { Bytes = _saw.Bytes + bytes.Length, Last = Now() };
        }
    }

    /// <summary>The end of stream was read.</summary>
    public void FinRead(long calledAt) => FinRead(socket?.SinceLastSegment);

    /// <summary>The end of stream was read, and had come before that.</summary>
    public void FinRead(TimeSpan? ago) => Note(saw => saw with { Fin = saw.Fin ?? Math.Max(saw.Last ?? 0, Now() - Micros(ago ?? default)) });

    /// <summary>The server begins to send what it was asked for.</summary>
    public void Sent(long calledAt, ReadOnlySpan<byte> bytes) => Note(saw => saw with { Reply = saw.Reply ?? Now() });

    /// <summary>The connection has been reset. The first time counts: the kernel may know before any call is told.</summary>
    public void ResetReceived(in CallSample sample, string how) => Note(saw => saw with { Reset = saw.Reset ?? Now() });

    /// <summary>The server has aborted it, or the kernel has given it up.</summary>
    public void Aborted(in CallSample sample, string cause)
    {
        Note(saw => saw with { Aborted = saw.Aborted ?? Now() });
        Ended();
    }

    /// <summary>The kernel has given it up.</summary>
    public void ConnectionTimedOut(in CallSample sample, string cause) => Aborted(sample, cause);

    /// <summary>The descriptor was closed.</summary>
    public void SocketClosed(long calledAt) => Ended();

    /// <summary>Another connection has come with the same id. Which of them the client means, nobody here knows.</summary>
    public void MarkDuplicate()
    {
        lock (_one) _isOneOfSeveral = true;
    }

    /// <summary>It is over, in whatever way. Closing before the client's FIN is an abort: its RST answers what still comes.</summary>
    public void Ended() => Note(saw =>
    {
        _endedAt = time.GetTimestamp();
        string digest = Convert.ToHexStringLower(_hash.GetHashAndReset());
        _hash.Dispose();
        return saw with { Sha256 = digest, End = End(saw) };
    });

    /// <summary>All that it saw so far.</summary>
    public ConnectionReport ToReport()
    {
        lock (_one)
        {
            ConnectionReport saw = _endedAt is null ? _saw with { Sha256 = Convert.ToHexStringLower(_hash.GetCurrentHash()) } : _saw;
            return _isOneOfSeveral ? saw with { End = ConnectionReport.Several } : saw;
        }
    }

    private static string End(ConnectionReport saw) => saw switch
    {
        { Reset: not null } => ConnectionReport.WasReset,
        { Aborted: not null } or { Fin: null } => ConnectionReport.WasAborted,
        _ => ConnectionReport.Normal,
    };

    private void Note(Func<ConnectionReport, ConnectionReport> change)
    {
        lock (_one)
            if (_endedAt is null) _saw = change(_saw);
    }

    private long Now() => Micros(time.GetElapsedTime(_beganAt));

    private static long Micros(TimeSpan span) => (long)span.TotalMicroseconds;
}
