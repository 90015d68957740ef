using System.Text;
using TcpClose.Events;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Handlers;

/// <summary>The result of reading a client's first bytes: a request line, a rejected one, or neither.</summary>
/// <param name="Line">The line without its line feed; null if there is no line.</param>
/// <param name="Refused">Why the line is rejected; null if it is not.</param>
/// <param name="Rest">
/// The bytes that were read after the line feed. The socket's next receive returns them again.
/// </param>
internal readonly record struct RequestLineResult(
    ReadOnlyMemory<byte>? Line, string? Refused = null, ReadOnlyMemory<byte> Rest = default);

/// <summary>
/// Detects whether a client's stream begins with a request line (<see cref="RequestLine"/>). A stream without a request
/// line is left unchanged.
/// </summary>
internal sealed class RequestLineReader(string preamble)
{
    /// <summary>
    /// The maximum time that bytes are held back because a preamble may begin with them. A client without a request
    /// must not wait forever for its echo.
    /// </summary>
    private static readonly TimeSpan PreambleTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The maximum time for the rest of a request line, after its preamble.</summary>
    private static readonly TimeSpan LineTimeout = TimeSpan.FromSeconds(5);

    private readonly byte[] _preamble = Encoding.ASCII.GetBytes(preamble);

    /// <summary>
    /// Reads a request line, if there is one. Bytes that are not part of a request are put back: the socket's next
    /// receive returns them.
    /// </summary>
    /// <param name="socket">Nothing has been received from it yet.</param>
    /// <param name="idleTimeout">
    /// The server's idle time-out. Bytes with which a preamble may begin are held back for at most half of it, so that
    /// the client does not count as idle.
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

    // Continues to read while the bytes may become a preamble.
    private async ValueTask<byte[]> ReadPreambleAsync(ObservedSocket socket, byte[] held, TimeSpan max)
    {
        using var limit = new CancellationTokenSource(max < PreambleTimeout ? max : PreambleTimeout);
        while (held.Length < _preamble.Length && IsPreamblePrefix(held))
        {
            ReadOnlyMemory<byte> more = await ReceiveOrEmptyAsync(socket, limit.Token);
            if (more.Length == 0) break;
            held = [.. held, .. more.Span];
        }

        return held;
    }

    // One time-out for the whole line: a single byte does not restart it.
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
            if (more.Length == 0) return new RequestLineResult(null, limit.IsCancellationRequested
                ? $"the line did not end within {new Duration(LineTimeout)}"
                : "the stream ended before the line feed");
            held = [.. held, .. more.Span];
        }
    }

    private bool IsPreamblePrefix(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 0 && (bytes.StartsWith(_preamble) || _preamble.AsSpan().StartsWith(bytes));

    // Returns no bytes at the end of the stream, or when the limit has expired.
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
