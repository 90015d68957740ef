using System.Net.Sockets;
using EchoClient.Framing;
using EchoClient.Running;
using Serilog.Events;
using TcpClose.Kernel;
using TcpClose.Scenarios;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>frames</c>: several messages on one stream. TCP keeps the order of the bytes and nothing else (RFC 9293 3.8): where
/// a message ends is the programs' own business, and a header with the body's size is the usual way. The server has no
/// act for this: it is the plain echo.
/// </summary>
internal static class Frames
{
    private const int LongBody = 20_000;

    /// <summary>How many messages.</summary>
    public const int Count = 4;

    /// <summary>The stream: the message, an empty one, the message again, and one that is longer than a read.</summary>
    public static Payload Of(byte[] message)
    {
        byte[] longOne = new byte[LongBody];
        TestPattern.Fill(longOne, 0);
        return Payload.Of(Frame.Join(message, [], message, longOne));
    }

    public static async Task<string> RunAsync(Act act)
    {
        await act.Exchange.BothAsync(SendAsync(act), ReadAsync(act));
        act.Log.SocketClosed(Clock.Before(act.Socket.Dispose));
        return Outcome.Normal;
    }

    private static async Task SendAsync(Act act)
    {
        await act.Exchange.SendAsync(Of(act.Options.Message));
        act.Exchange.FinFollows();
        act.Log.FinQueued(Clock.Before(() => act.Socket.Shutdown(SocketShutdown.Send)));
    }

    // Whatever the pieces are in which the stream comes, the same messages come out.
    private static async Task ReadAsync(Act act)
    {
        var reader = new FrameReader();
        while (await act.Exchange.ReceiveAsync() is { Length: > 0 } bytes)
        {
            act.Exchange.Compare(bytes.Span);
            foreach (Frame frame in reader.Add(bytes)) act.Log.Note(LogEventLevel.Information, Words(frame));
        }
    }

    private static string Words(Frame frame) =>
        $"message {frame.Number}: {frame.Body.Length} bytes in {frame.Reads} read{(frame.Reads == 1 ? "" : "s")}"
        + (frame.BeganInside ? $"{(frame.Reads == 1 ? ", which" : "; the first")} also ended message {frame.Number - 1}" : "");
}
