using TcpClose;

namespace EchoServer;

/// <summary>What the first bytes of a client are: a request, a refused one with the reason, or neither.</summary>
internal readonly record struct Asked(ActRequest? Request, string? Refused);

/// <summary>
/// Finds out whether a client asks for another close than the echo's (<see cref="ActRequest"/>). Every other stream is
/// echoed as if nobody had looked. What may become a request is held back while it may, and no longer.
/// </summary>
internal static class Asking
{
    /// <summary>So long the beginning of a greeting is held back before it is echoed: no plain client waits for ever.</summary>
    private static readonly TimeSpan GreetingLimit = TimeSpan.FromSeconds(1);

    /// <summary>So long a line that has greeted may take.</summary>
    private static readonly TimeSpan LineLimit = TimeSpan.FromSeconds(5);

    private static ReadOnlySpan<byte> Greeting => "TCPCLOSE/1 "u8;

    /// <summary>Reads until it is clear. Bytes that are no part of a request are read again by the connection.</summary>
    public static async ValueTask<Asked> ReadAsync(EchoConnection connection)
    {
        ReadOnlyMemory<byte> first = await connection.ReceiveAsync();
        if (!MayGreet(first.Span))
        {
            connection.PutBack(first);
            return default;
        }

        using var limit = new CancellationTokenSource(GreetingLimit);
        byte[] held = first.ToArray();
        for (bool greeted = false; MayGreet(held);)
        {
            if (!greeted && held.Length >= Greeting.Length)
            {
                greeted = true;
                limit.CancelAfter(LineLimit);
            }

            int end = Array.IndexOf(held, (byte)'\n', 0, Math.Min(held.Length, ActRequest.MaxLength));
            if (greeted && end >= 0)
            {
                connection.PutBack(held.AsMemory(end + 1));
                return new Asked(ActRequest.Parse(held.AsSpan(0, end), out string? error), error);
            }

            if (held.Length >= ActRequest.MaxLength) return new Asked(null, $"the line is longer than {ActRequest.MaxLength} bytes");
            ReadOnlyMemory<byte> more = await MoreAsync(connection, limit.Token);
            if (more.Length == 0 && greeted) return new Asked(null, "the line has no end");
            if (more.Length == 0) break;
            held = [.. held, .. more.Span];
        }

        connection.PutBack(held);
        return default;
    }

    private static bool MayGreet(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 0 && (bytes.StartsWith(Greeting) || Greeting.StartsWith(bytes));

    // Nothing where the stream has ended or the limit is over.
    private static async ValueTask<ReadOnlyMemory<byte>> MoreAsync(EchoConnection connection, CancellationToken limit)
    {
        try
        {
            return await connection.ReceiveAsync(limit);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return default;
        }
    }
}
