using System.Text;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Handlers;

/// <summary>What the first bytes of a client are: a request line, a refused one with the reason, or neither.</summary>
/// <param name="Line">The line without its line feed; null if there is none.</param>
/// <param name="Refused">What is wrong with it; null if nothing is.</param>
/// <param name="Rest">The bytes that came with the line, after it. The socket returns them again.</param>
internal readonly record struct RequestLineResult(
    ReadOnlyMemory<byte>? Line, string? Refused = null, ReadOnlyMemory<byte> Rest = default);

/// <summary>
/// Finds out whether a client's stream begins with a request line (<see cref="RequestLine"/>). What may become one is
/// held back as long as it may, and no longer; every other stream is left as it was.
/// </summary>
internal sealed class RequestLineReader(string preamble)
{
    /// <summary>
    /// How long the beginning of a preamble is held back: a client that sends no request must not wait for ever. It is
    /// half the idle time-out if that is shorter.
    /// </summary>
    private static readonly TimeSpan PreambleTimeout = TimeSpan.FromSeconds(1);

    /// <summary>How long a line may take after its preamble.</summary>
    private static readonly TimeSpan LineTimeout = TimeSpan.FromSeconds(5);

    private readonly byte[] _preamble = Encoding.ASCII.GetBytes(preamble);

    /// <summary>Reads until it is clear. The socket returns bytes that are not part of a request again.</summary>
    /// <param name="socket">A connection that nothing has been received from.</param>
    /// <param name="idleTimeout">
    /// The server's idle time-out: a client whose bytes are held back must not be taken for idle.
    /// </param>
    public async ValueTask<RequestLineResult> ReadAsync(ObservedSocket socket, TimeSpan idleTimeout)
    {
        ReadOnlyMemory<byte> first = await socket.ReceiveAsync();
        if (!IsPreamblePrefix(first.Span))
        {
            socket.PutBack(first);
            return default;
        }

        byte[] held = await ReadPreambleAsync(socket, first.ToArray(), idleTimeout / 2);
        if (held.AsSpan().StartsWith(_preamble)) return await ReadLineAsync(socket, held);
        socket.PutBack(held);
        return default;
    }

    // Reads on while the bytes may become a preamble.
    private async ValueTask<byte[]> ReadPreambleAsync(ObservedSocket socket, byte[] held, TimeSpan longest)
    {
        using var limit = new CancellationTokenSource(longest < PreambleTimeout ? longest : PreambleTimeout);
        while (held.Length < _preamble.Length && IsPreamblePrefix(held))
        {
            ReadOnlyMemory<byte> more = await ReceiveOrEmptyAsync(socket, limit.Token);
            if (more.Length == 0) break;
            held = [.. held, .. more.Span];
        }

        return held;
    }

    // One time-out for the whole line: a byte that drips in does not restart it.
    private static async ValueTask<RequestLineResult> ReadLineAsync(ObservedSocket socket, byte[] held)
    {
        using var limit = new CancellationTokenSource(LineTimeout);
        while (true)
        {
            int end = Array.IndexOf(held, (byte)'\n', 0, Math.Min(held.Length, RequestLine.MaxLength));
            if (end >= 0)
            {
                ReadOnlyMemory<byte> rest = held.AsMemory(end + 1);
                socket.PutBack(rest);
                return new RequestLineResult(held.AsMemory(0, end), Rest: rest);
            }

            if (held.Length >= RequestLine.MaxLength)
                return new RequestLineResult(null, $"the line is longer than {RequestLine.MaxLength} bytes");
            ReadOnlyMemory<byte> more = await ReceiveOrEmptyAsync(socket, limit.Token);
            if (more.Length == 0) return new RequestLineResult(null, "the line has no end");
            held = [.. held, .. more.Span];
        }
    }

    private bool IsPreamblePrefix(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 0 && (bytes.StartsWith(_preamble) || _preamble.AsSpan().StartsWith(bytes));

    // Empty at the end of the stream and when the limit has expired.
    private static async ValueTask<ReadOnlyMemory<byte>> ReceiveOrEmptyAsync(
        ObservedSocket socket, CancellationToken limit)
    {
        try
        {
            return await socket.ReceiveAsync(limit);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return default;
        }
    }
}
