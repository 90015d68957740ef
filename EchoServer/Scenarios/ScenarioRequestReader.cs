using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>What the first bytes of a client are: a request, a refused one with the reason, or neither.</summary>
internal readonly record struct ScenarioRequestResult(ScenarioRequest? Request, string? Refused, ReadOnlyMemory<byte> Rest = default);

/// <summary>
/// Finds out whether a client asks for another close than the echo's (<see cref="ScenarioRequest"/>). Every other stream is
/// echoed as if nobody had looked. What may become a request is held back while it may, and no longer.
/// </summary>
internal static class ScenarioRequestReader
{
    /// <summary>
    /// So long the beginning of a greeting is held back before it is echoed: no plain client waits for ever. Half the idle
    /// time-out, where that is less.
    /// </summary>
    private static readonly TimeSpan PreambleTimeout = TimeSpan.FromSeconds(1);

    /// <summary>So long a line that has greeted may take.</summary>
    private static readonly TimeSpan LineLimit = TimeSpan.FromSeconds(5);

    private static ReadOnlySpan<byte> Preamble => "TCPCLOSE/1 "u8;

    /// <summary>Reads until it is clear. Bytes that are no part of a request are read again by the socket.</summary>
    /// <param name="socket">Where the client's stream begins.</param>
    /// <param name="idleTimeout">A client whose bytes are held back must not be taken for silent meanwhile.</param>
    public static async ValueTask<ScenarioRequestResult> ReadAsync(ObservedSocket socket, TimeSpan idleTimeout)
    {
        ReadOnlyMemory<byte> first = await socket.ReceiveAsync();
        if (!IsPreamblePrefix(first.Span))
        {
            socket.PutBack(first);
            return default;
        }

        byte[] held = await GreetingAsync(socket, first.ToArray(), idleTimeout / 2);
        if (held.AsSpan().StartsWith(Preamble)) return await LineAsync(socket, held);
        socket.PutBack(held);
        return default;
    }

    // Reads on while it may become a greeting. It is one where all of that has come.
    private static async ValueTask<byte[]> GreetingAsync(ObservedSocket socket, byte[] held, TimeSpan longest)
    {
        using var limit = new CancellationTokenSource(longest < PreambleTimeout ? longest : PreambleTimeout);
        while (held.Length < Preamble.Length && IsPreamblePrefix(held))
        {
            ReadOnlyMemory<byte> more = await ReceiveOrEmptyAsync(socket, limit.Token);
            if (more.Length == 0) break;
            held = [.. held, .. more.Span];
        }

        return held;
    }

    // The limit is one for the whole line: each byte that drips in does not begin it anew.
    private static async ValueTask<ScenarioRequestResult> LineAsync(ObservedSocket socket, byte[] held)
    {
        using var limit = new CancellationTokenSource(LineLimit);
        while (true)
        {
            int end = Array.IndexOf(held, (byte)'\n', 0, Math.Min(held.Length, ScenarioRequest.MaxLength));
            if (end >= 0)
            {
                ReadOnlyMemory<byte> rest = held.AsMemory(end + 1);
                socket.PutBack(rest);
                return new ScenarioRequestResult(ScenarioRequest.Parse(held.AsSpan(0, end), out string? error), error, rest);
            }

            if (held.Length >= ScenarioRequest.MaxLength) return new ScenarioRequestResult(null, $"the line is longer than {ScenarioRequest.MaxLength} bytes");
            ReadOnlyMemory<byte> more = await ReceiveOrEmptyAsync(socket, limit.Token);
            if (more.Length == 0) return new ScenarioRequestResult(null, "the line has no end");
            held = [.. held, .. more.Span];
        }
    }

    private static bool IsPreamblePrefix(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 0 && (bytes.StartsWith(Preamble) || Preamble.StartsWith(bytes));

    // Nothing where the stream has ended or the limit is over.
    private static async ValueTask<ReadOnlyMemory<byte>> ReceiveOrEmptyAsync(ObservedSocket socket, CancellationToken limit)
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
