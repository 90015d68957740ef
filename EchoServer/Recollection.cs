using System.Security.Cryptography;
using TcpClose;

namespace EchoServer;

/// <summary>
/// What the server saw of one connection that carries an id: how much, its digest, and when what came, but no payload. The
/// connection writes it, and another one may ask for it meanwhile.
/// </summary>
internal sealed class Recollection(ConnectionId id)
{
    private readonly long _beganAt = Clock.Now;
    private readonly Lock _one = new();
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private SawLine _saw = SawLine.Nothing(id) with { End = SawLine.Open };

    /// <summary>Which connection.</summary>
    public ConnectionId Id => id;

    /// <summary>When it ended, on <see cref="Clock"/>; null while it has not.</summary>
    public long? EndedAt { get; private set; }

    /// <summary>Bytes were read behind the request line.</summary>
    public void Received(ReadOnlySpan<byte> bytes)
    {
        lock (_one)
        {
            if (EndedAt is not null) return;
            _hash.AppendData(bytes);
            _saw = _saw with { Bytes = _saw.Bytes + bytes.Length, Last = Now() };
        }
    }

    /// <summary>The end of stream was read.</summary>
    public void FinRead() => Note(saw => saw with { Fin = saw.Fin ?? Now() });

    /// <summary>The connection has been reset. The first time counts: the kernel may know before any call is told.</summary>
    public void WasReset() => Note(saw => saw with { Reset = saw.Reset ?? Now() });

    /// <summary>The server has aborted it, or the kernel has given it up.</summary>
    public void WasAborted() => Note(saw => saw with { Aborted = saw.Aborted ?? Now() });

    /// <summary>It is over, in whatever way. Closing before the client's FIN is an abort: its RST answers what still comes.</summary>
    public void Ended() => Note(saw =>
    {
        EndedAt = Clock.Now;
        string digest = Convert.ToHexStringLower(_hash.GetHashAndReset());
        _hash.Dispose();
        return saw with { Sha256 = digest, End = End(saw) };
    });

    /// <summary>All that it saw so far.</summary>
    public SawLine Saw()
    {
        lock (_one)
            return EndedAt is null ? _saw with { Sha256 = Convert.ToHexStringLower(_hash.GetCurrentHash()) } : _saw;
    }

    private static string End(SawLine saw) => saw switch
    {
        { Reset: not null } => SawLine.WasReset,
        { Aborted: not null } or { Fin: null } => SawLine.WasAborted,
        _ => SawLine.Normal,
    };

    private void Note(Func<SawLine, SawLine> change)
    {
        lock (_one)
            if (EndedAt is null) _saw = change(_saw);
    }

    private long Now() => (Clock.Now - _beganAt) / 1000;
}
