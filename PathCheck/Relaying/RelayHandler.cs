using System.Collections.Concurrent;
using System.Net.Sockets;
using EchoServer.Hosting;
using Serilog;
using Serilog.Events;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Sockets;

namespace PathCheck.Relaying;

/// <summary>Serves a connection as a relay: opens one to the server, and forwards both directions.</summary>
internal sealed class RelayHandler : IConnectionHandler, IDisposable
{
    private readonly RelayOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationToken _stop;
    private readonly ReceiveBufferPool _buffers = new();
    private readonly ConcurrentDictionary<ObservedSocket, bool> _toServer = new();
    private readonly InactivityTimeout _inactivity;

    public RelayHandler(RelayOptions options, ILogger logger, CancellationToken stop)
    {
        (_options, _logger, _stop) = (options, logger, stop);
        _inactivity = new InactivityTimeout(options.IdleTimeout, "--idle-timeout", () => _toServer.Keys,
            new ExceptionBarrier(new CloseLog(logger, Side.Client)).Report);
    }

    /// <summary>
    /// Opens the connection to the server when a client has connected. If this property is null, the relay connects to
    /// the server of the options.
    /// </summary>
    public Func<ObservedSocket, Task<ObservedSocket>>? Connect { get; init; }

    /// <inheritdoc/>
    public void Dispose() => _inactivity.Dispose();

    /// <inheritdoc/>
    public async Task RunAsync(ObservedSocket client)
    {
        ObservedSocket server;
        try
        {
            server = await (Connect?.Invoke(client) ?? ConnectAsync(_options.Host, _options.Port));
        }
        catch (CommandException unreachable)
        {
            client.Log.Note(LogEventLevel.Warning, unreachable.Message);
            client.Abort("no connection to the server");
            return;
        }

        _toServer.TryAdd(server, true);
        try
        {
            using CancellationTokenRegistration stopping = _stop.Register(() => _ = AbortLaterAsync(server));
            await RelayAsync(client, server);
        }
        finally
        {
            _toServer.TryRemove(server, out _);
            server.Complete();
        }
    }

    /// <summary>Connects to a server, and logs the events.</summary>
    /// <exception cref="CommandException">The server cannot be reached.</exception>
    public Task<ObservedSocket> ConnectAsync(string host, int port) =>
        HostConnector.ConnectAsync(host, port, _options.ConnectTimeout,
            async (socket, server, limit) =>
            {
                var observed = new ObservedSocket(
                    socket, Side.Client, new CloseLog(_logger, Side.Client), _buffers, server);
                await observed.ConnectAsync(server, limit);
                return observed;
            },
            (error, server) => error.SocketErrorCode == SocketError.ConnectionRefused
                ? $"nothing listens on {server}: start the server there, or change --to."
                : null,
            CancellationToken.None,
            timeoutOption: null);

    private async Task RelayAsync(ObservedSocket client, ObservedSocket server)
    {
        var toServer = new RelayDirection(Side.Client, client, server, _options.ToServer(), _options.IdleTimeout);
        var toClient = new RelayDirection(Side.Server, server, client, _options.ToClient(), _options.IdleTimeout);
        (toServer.Back, toClient.Back) = (toClient, toServer);
        await Task.WhenAll(toServer.RunAsync(), toClient.RunAsync());
    }

    // The listener aborts the client's connection at the same time.
    private async Task AbortLaterAsync(ObservedSocket server)
    {
        await Task.Delay(_options.ShutdownTimeout, CancellationToken.None);
        server.Abort("the relay stops");
    }
}
