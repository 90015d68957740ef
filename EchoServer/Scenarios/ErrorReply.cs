using System.Net.Sockets;
using System.Text;
using EchoServer.Hosting;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>A request that makes no sense gets one line that says why, and then a normal close.</summary>
internal static class ErrorReply
{
    public static Task RunAsync(Socket socket, EchoConnection connection, CloseLog log, string why) =>
        LingeringClose.SendAndCloseAsync(socket, connection, log, Encoding.ASCII.GetBytes($"{ScenarioRequest.ErrorPrefix}{why}\n"));
}
