using Serilog.Events;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>
/// <c>idle</c>: the client connects and sends nothing, not even a request. TCP itself would keep the connection open
/// forever; the server's inactivity time-out ends it with a RST. The server runs the plain echo, not a scenario.
/// </summary>
internal static class Idle
{
    /// <summary>What the client logs before it waits.</summary>
    public const string Waiting =
        "sends nothing; awaits the server's --idle-timeout (60s unless set)";

    public static async Task RunAsync(ObservedSocket socket, ScenarioContext context)
    {
        socket.Log.Note(LogEventLevel.Information, Waiting);

        // We have no time-out of our own; Ctrl+C ends the wait. Both sides: ESTABLISHED and, with the RST, CLOSED.
        while (await socket.ReceiveAsync() is { Length: > 0 } bytes) context.Reply.Verify(bytes.Span);

        // The server sent a FIN instead of the RST, which is not what the scenario expects.
        socket.Dispose();
    }
}
