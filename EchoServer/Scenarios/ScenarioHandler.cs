using System.Text;
using EchoServer.Hosting;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>
/// Plays the close that a client asks for in its first line (<see cref="ScenarioRequest"/>), and echoes everything else. It is the
/// only handler that looks at bytes before it serves them.
/// </summary>
internal sealed class ScenarioHandler(ServerOptions options) : IConnectionHandler
{
    private readonly ConnectionRecords _records = new(TimeProvider.System);

    /// <summary>The send buffer of a connection whose client asked for bytes; Linux doubles it. Times the number of scenarios that is the
    /// most that clients who do not read can hold of the kernel's memory.</summary>
    private const int SendBuffer = 16 * 1024;

    // A stranger can ask for long waits and many bytes, but only for a share of the server.
    private readonly int _maxPlaying = Math.Max(options.MaxConnections / 2, 1);
    private int _playing;

    public async Task RunAsync(ObservedSocket socket)
    {
        FirstActivityObserver activity = _records.Accepted();
        socket.Attach(activity);
        ScenarioRequestResult first = await ScenarioRequestReader.ReadAsync(socket, options.IdleTimeout);
        if (first.Refused is { } reason) await RejectAsync(socket, reason);
        else if (first.Request is not { } request) await PassiveClose.RunAsync(socket, options.Think);
        else await PlayAsync(socket, request, first.Rest);
    }

    private async Task PlayAsync(ObservedSocket socket, ScenarioRequest request, ReadOnlyMemory<byte> rest)
    {
        if (request is { Scenario: not ScenarioRequest.Report, Id: { } id } && _records.Begin(id, socket) is { } record)
        {
            record.Received(0, rest.Span, false);
            socket.Attach(record);
        }

        Task play = request switch
        {
            { Scenario: ScenarioRequest.ServerInfo } => LingeringClose.SendAndCloseAsync(socket, _records.Hello().ToLine()),
            { Scenario: ScenarioRequest.Report, Id: { } which } => LingeringClose.SendAndCloseAsync(socket, _records.Saw(which).ToLine()),
            // Requests are answered immediately: only the plain echo thinks.
            { Scenario: ScenarioTable.PlainEcho } => PassiveClose.RunAsync(socket, TimeSpan.Zero),
            _ => PlayWithinLimitsAsync(socket, request),
        };
        await play;
    }

    private async Task PlayWithinLimitsAsync(ObservedSocket socket, ScenarioRequest request)
    {
        try
        {
            if (Interlocked.Increment(ref _playing) <= _maxPlaying)
            {
                if (request.Bytes > SendBuffer) socket.LimitSendBuffer(SendBuffer);
                await ServerScenarios.RunAsync(socket, request);
            }
            else
            {
                await RejectAsync(socket, $"{_maxPlaying} connections play scenarios already, try again later");
            }
        }
        finally
        {
            Interlocked.Decrement(ref _playing);
        }
    }

    private static Task RejectAsync(ObservedSocket socket, string reason) =>
        LingeringClose.SendAndCloseAsync(socket, Encoding.ASCII.GetBytes($"{ScenarioRequest.ErrorPrefix}{reason}\n"));
}
