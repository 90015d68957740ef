using Serilog.Events;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>idle</c>: the client sends nothing, not even a request. TCP itself would keep the connection open forever. The
/// inactivity time-out of the server, which runs the plain echo, ends it with a RST.
/// </summary>
internal static class Idle
{
    /// <summary>What the client logs before it waits.</summary>
    public const string Waiting =
        "sends nothing; awaits the server's --idle-timeout (60s unless set)";

    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        socket.Log.Note(LogEventLevel.Information, Waiting);

        // We have no time-out of our own. Both sides: ESTABLISHED and, with the RST, CLOSED.
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes) context.Reply.Verify(bytes.Span);

        // Unexpected: the server sent a FIN instead of the RST.
        socket.Dispose();
    }
}
