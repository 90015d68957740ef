using System.Net.Sockets;
using EchoClient.Framing;
using Serilog.Events;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>frames</c>: several messages on one stream. TCP preserves only the order of the bytes (RFC 9293 2.2), so a header
/// gives each message's size. The server's part is the plain echo.
/// </summary>
internal static class Frames
{
    private const int LongBody = 20_000;

    /// <summary>The number of messages.</summary>
    public const int Count = 4;

    /// <summary>The stream. Its last message is longer than a read with the default <c>--buffer</c>.</summary>
    public static Payload Of(byte[] message)
    {
        byte[] longOne = new byte[LongBody];
        TestPattern.Fill(longOne, 0);
        return Payload.Of(Frame.Join(message, [], message, longOne));
    }

    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        await Task.WhenAll(SendAsync(socket, context), ReadAsync(socket, context));
        socket.Dispose();
    }

    private static async Task SendAsync(ObservedSocket socket, ScenarioContext context)
    {
        await socket.SendAsync(Of(context.Options.Message));
        socket.Shutdown(SocketShutdown.Send);
    }

    // The reads may divide the stream anywhere.
    private static async Task ReadAsync(ObservedSocket socket, ScenarioContext context)
    {
        var reader = new FrameReader();
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes)
        {
            context.Reply.Verify(bytes.Span);
            try
            {
                foreach (Frame frame in reader.Add(bytes)) socket.Log.Note(LogEventLevel.Information, Describe(frame));
            }
            catch (InvalidDataException e)
            {
                socket.Abort(e.Message);
            }
        }
    }

    private static string Describe(Frame frame) =>
        $"message {frame.Number}: {frame.Body.Length} bytes in {frame.Reads} read{(frame.Reads == 1 ? "" : "s")}"
        + (frame.BeganInside ? $"{(frame.Reads == 1 ? ", which" : "; the first")} also ended "
            + $"message {frame.Number - 1}" : "");
}
