using System.Text;
using EchoServer.Hosting;
using EchoServer.Scenarios;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Handlers;

/// <summary>
/// Runs the scenario that a client requests in its first line (<see cref="ScenarioRequest"/>). Without a request,
/// echoes all bytes.
/// </summary>
internal sealed class ScenarioHandler(ServerOptions options) : IConnectionHandler
{
    private static readonly RequestLineReader Requests = new(ScenarioRequest.Preamble);

    /// <summary>
    /// The size of the send buffer in bytes. It is set only for a reply that is longer than this. Linux doubles it
    /// (socket(7), SO_SNDBUF).
    /// </summary>
    private const int SendBuffer = 16 * 1024;

    private readonly RequestShare _scenarios = new(Math.Max(options.MaxConnections / 2, 1));
    private readonly RequestShare _largeReplies = new(options.MaxLargeReplies);

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
        bool hasRoom = await _scenarios.TryServeAsync(async () =>
        {
            if (request.Bytes <= SendBuffer)
            {
                await ServerScenarios.RunAsync(socket, request);
                return;
            }

            socket.LimitSendBuffer(SendBuffer);
            if (await _largeReplies.TryServeAsync(() => ServerScenarios.RunAsync(socket, request))) return;
            await RejectAsync(socket, $"{_largeReplies.Max} large replies are already being sent, try again later");
        });
        if (!hasRoom) await RejectAsync(socket, $"{_scenarios.Max} scenarios are already running, try again later");
    }

    private static Task RejectAsync(ObservedSocket socket, string reason) =>
        LingeringClose.SendAndCloseAsync(socket, Encoding.ASCII.GetBytes($"{ScenarioRequest.ErrorPrefix}{reason}\n"));
}
