using System.Text;
using EchoServer.Hosting;
using EchoServer.Scenarios;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Handlers;

/// <summary>
/// Runs the scenario that a client requests in its first line (<see cref="ScenarioRequest"/>), and echoes everything
/// else. It is the only handler that inspects bytes before it serves them.
/// </summary>
internal sealed class ScenarioHandler(ServerOptions options) : IConnectionHandler
{
    private static readonly RequestLineReader Requests = new(ScenarioRequest.Preamble);

    /// <summary>
    /// The send buffer of a connection whose client requested bytes; Linux doubles it. Multiplied by the number of
    /// scenarios, it bounds the kernel memory that clients can occupy without reading.
    /// </summary>
    private const int SendBuffer = 16 * 1024;

    private readonly RequestShare _share = new(Math.Max(options.MaxConnections / 2, 1));

    public async Task RunAsync(ObservedSocket socket)
    {
        RequestLineResult first = await Requests.ReadAsync(socket, options.IdleTimeout);
        string? refused = first.Refused;
        ScenarioRequest? request = first.Line is { } line ? ScenarioRequest.Parse(line.Span, out refused) : null;
        if (refused is not null) await RejectAsync(socket, refused);
        else if (request is null) await PassiveClose.RunAsync(socket, options.Think);
        else await RunScenarioAsync(socket, request);
    }

    private async Task RunScenarioAsync(ObservedSocket socket, ScenarioRequest request)
    {
        bool hasRoom = await _share.TryServeAsync(() =>
        {
            if (request.Bytes > SendBuffer) socket.LimitSendBuffer(SendBuffer);
            return ServerScenarios.RunAsync(socket, request);
        });
        if (!hasRoom) await RejectAsync(socket, $"{_share.Max} connections already run scenarios, try again later");
    }

    private static Task RejectAsync(ObservedSocket socket, string reason) =>
        LingeringClose.SendAndCloseAsync(socket, Encoding.ASCII.GetBytes($"{ScenarioRequest.ErrorPrefix}{reason}\n"));
}
