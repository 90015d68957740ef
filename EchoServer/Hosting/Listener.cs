using System.Net;
using System.Net.Sockets;
using Serilog;
using Serilog.Events;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace EchoServer.Hosting;

/// <summary>The listening socket and its accept loop; stopped in four steps.</summary>
internal sealed class Listener : IDisposable
{
    private static readonly TimeSpan LookUpLimit = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;
    private readonly ServerOptions _options;
    private readonly CloseLog _log;
    private readonly ActiveConnections _connections;
    private readonly Turn _turn = new(longestInMilliseconds: 2);
    private readonly Bell _bell = new();

    private Listener(Socket socket, ServerOptions options, ILogger logger)
    {
        _socket = socket;
        _options = options;
        _log = new CloseLog(logger, Side.Server);
        _connections = new ActiveConnections(options, logger);
    }

    /// <summary>Where the server listens: with port 0, the port that it was given.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Binds and listens. From then on the kernel completes handshakes, whether anybody accepts or not.</summary>
    /// <exception cref="CommandException">The host is unknown, the port cannot be had, or no descriptor is left to serve with.</exception>
    public static async Task<Listener> OpenAsync(ServerOptions options, ILogger logger, CancellationToken stop)
    {
        IPAddress address = (await HostResolver.ResolveAsync(options.Host, LookUpLimit, stop))[0];
        Socket? socket = null;
        try
        {
            // The family is named: a socket without one would be IPv6 in dual mode, and print 127.0.0.1 as ::ffff:127.0.0.1.
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, options.Port));
            // .NET sets SO_REUSEADDR when it binds (on Unix), so it can only be cleared afterwards; Listen then looks again.
            if (!options.ReuseAddress) socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, false);
            long calledAt = Clock.Now;
            socket.Listen();    // the largest backlog that the system allows
            var listener = new Listener(socket, options, logger);
            listener._log.Listening(socket, calledAt);
            if (!IPAddress.IsLoopback(address))
                listener._log.Note(LogEventLevel.Warning, $"{address} is not loopback: other machines can reach this server");
            return listener;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new CommandException(BindErrors.Explain(e, address, options.Port));
        }
    }

    /// <summary>Serves until <paramref name="stop"/>, then lets the connections finish until the grace ends or <paramref name="now"/>.</summary>
    public async Task ServeAsync(CancellationToken stop, CancellationToken now)
    {
        var descriptors = new FileDescriptorLimit();
        if (descriptors.IsNearLimit(connections: 0))
            throw new CommandException($"only {descriptors.Limit} file descriptors are allowed: raise the limit (ulimit -n) to {FileDescriptorLimit.MinimumRequired} at least.");
        var gate = new AcceptGate(_options.MaxConnections, _connections, descriptors, _log);
        try
        {
            while (true)
            {
                await gate.WaitAsync(stop);
                long calledAt = Clock.Now;
                Socket accepted;
                try
                {
                    accepted = await AcceptAsync(stop);
                }
                catch (SocketException e)
                {
                    // The connection was reset while it waited in the backlog, or a limit of the system was met just
                    // now: the listener itself is well. The pause keeps a lasting trouble from becoming a busy loop.
                    _log.Note(LogEventLevel.Warning, $"Accept failed ({e.SocketErrorCode}); listening goes on");
                    await Task.Delay(TimeSpan.FromMilliseconds(10), stop);
                    continue;
                }

                _connections.Start(accepted, calledAt);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await StopAsync(now);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _bell.Dispose();
        _connections.Dispose();
    }

    private async ValueTask<Socket> AcceptAsync(CancellationToken stop)
    {
        if (_turn.IsOver)
        {
            await _bell.RingAsync();
            _turn.Begin();
        }

        ValueTask<Socket> accepting = _socket.AcceptAsync(stop);
        bool waits = !accepting.IsCompleted;
        Socket accepted = await accepting;
        if (waits) _turn.Begin();
        return accepted;
    }

    private async Task StopAsync(CancellationToken now)
    {
        // 1. No more connections. Those that wait in the backlog are reset by the kernel.
        _socket.Dispose();

        // 2. and 3. Let the others finish, for a named time.
        var grace = new Duration(_options.Grace);
        int open = _connections.Count;
        _log.Note(LogEventLevel.Information, open == 0 ? "stopped listening" : $"stopped listening; up to {grace} for {open} connection{(open == 1 ? "" : "s")} to finish");
        if (await _connections.DrainAsync(_options.Grace, now)) return;

        // 4. Abort the rest, and wait for their last words.
        _connections.AbortAll("stopped");
        await _connections.DrainAsync(_options.Grace, CancellationToken.None);
    }
}
