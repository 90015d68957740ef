using EchoServer.Scenarios;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Handlers;

/// <summary>The scenarios that a client can request.</summary>
internal static class ServerScenarios
{
    private static readonly Dictionary<string, Func<ObservedSocket, ScenarioRequest, Task>> ByName = new()
    {
        ["late-data"] = LateData.RunAsync,
        ["three-segments"] = ThreeSegments.RunAsync,
        ["server-first"] = ServerFirst.RunAsync,
        ["simultaneous"] = Simultaneous.RunAsync,
        ["full-close"] = FullClose.RunAsync,
        ["unread-data"] = UnreadData.RunAsync,
        ["client-abort"] = ClientAbort.RunAsync,
        ["server-abort"] = ServerAbort.RunAsync,
    };

    public static IEnumerable<string> Names => ByName.Keys;

    public static Task RunAsync(ObservedSocket socket, ScenarioRequest request) =>
        ByName[request.Scenario](socket, request);
}
