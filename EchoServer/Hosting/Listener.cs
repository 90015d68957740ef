using System.Net;
using System.Net.Sockets;
using Serilog;
using Serilog.Events;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace EchoServer.Hosting;

/// <summary>The listening socket, its accept loop, and the connections that it accepted; stopped in four steps.</summary>
internal sealed class Listener : IDisposable
{
    private static readonly TimeSpan LookUpLimit = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;
    private readonly ServerOptions _options;
    private readonly ILogger _logger;
    private readonly CloseLog _log;
    private readonly ConnectionLimiter _limiter;
    private readonly ActiveConnections _connections = new();
    private readonly ReceiveBufferPool _buffers = new();

    private Listener(Socket socket, ServerOptions options, FileDescriptorLimit descriptors, ILogger logger)
    {
        _socket = socket;
        _options = options;
        _logger = logger;
        _log = new CloseLog(logger, Side.Server);
        _limiter = new ConnectionLimiter(options.MaxConnections, descriptors, _log);
    }

    /// <summary>Where the server listens: with port 0, the port that the kernel chose.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Listens and serves until <paramref name="stop"/>; what a server program does.</summary>
    /// <exception cref="CommandException">It cannot listen, or no connection can be accepted any more.</exception>
    public static async Task RunAsync(ServerOptions options, IConnectionHandler handler, ILogger logger, StopSignal stop)
    {
        InlineCompletions.Choose(writesEvents: logger.IsEnabled(LogEventLevel.Information));
        try
        {
            using Listener listener = await OpenAsync(options, logger, stop.StopRequested);
            await listener.ServeAsync(handler, stop.StopRequested, stop.AbortRequested);
        }
        catch (OperationCanceledException) when (stop.StopRequested.IsCancellationRequested)
        {
            // Stopped before it could listen.
        }
    }

    /// <summary>Binds and listens. From then on the kernel completes handshakes, whether the program accepts or not.</summary>
    /// <exception cref="CommandException">The host is unknown, the port cannot be bound, or too few descriptors are allowed.</exception>
    public static async Task<Listener> OpenAsync(ServerOptions options, ILogger logger, CancellationToken stop)
    {
        var descriptors = new FileDescriptorLimit();
        if (descriptors.MaxConnections < 1)
            throw new CommandException($"only {descriptors.Limit} file descriptors are allowed: raise the limit (ulimit -n) to {FileDescriptorLimit.MinimumRequired} at least.");
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
            var listener = new Listener(socket, options, descriptors, logger);
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

    /// <summary>Serves until <paramref name="stop"/>, then lets the connections finish until the time-out or <paramref name="abort"/>.</summary>
    /// <exception cref="CommandException">No connection can be accepted any more.</exception>
    public async Task ServeAsync(IConnectionHandler handler, CancellationToken stop, CancellationToken abort)
    {
        using var inactivity = new InactivityTimeout(_options.IdleTimeout, () => _connections.All, LogDefect);

        // A thread that only accepts. A flood of connections keeps it busy, and it alone: the threads that wait for the sockets of
        // open connections go on beside it, because the system shares the processor between threads.
        Task accepting = Task.Factory.StartNew(() => AcceptUntil(handler, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            using (stop.Register(_socket.Dispose)) await accepting;
        }
        finally
        {
            await StopAsync(abort);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _limiter.Dispose();
    }

    private void AcceptUntil(IConnectionHandler handler, CancellationToken stop)
    {
        var failures = new AcceptFailures(_log);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                _limiter.Wait(stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            long calledAt = Clock.Now;
            try
            {
                Socket accepted = _socket.Accept();
                failures.Clear();
                _ = HandleAsync(accepted, calledAt, handler);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                _limiter.Release();
                if (stop.IsCancellationRequested) return;
                if (e is SocketException error) failures.Handle(error, stop);
                else throw;
            }
        }
    }

    // One connection, from its accept to its end. Returns as soon as the client has to be waited for; never throws.
    private async Task HandleAsync(Socket accepted, long acceptedAt, IConnectionHandler handler)
    {
        var socket = new ObservedSocket(accepted, Side.Server, new CloseLog(_logger, Side.Server), _buffers);
        _connections.Add(socket);
        try
        {
            socket.Accepted(acceptedAt);
            await handler.RunAsync(socket);
        }
        catch (ConnectionEndedException)
        {
            // The client's RST, or an abort of ours: reported below.
        }
        catch (Exception defect)
        {
            // Nothing that a client does leads here. A defect ends its own connection and no other.
            LogDefect(defect);
            socket.Abort("defect");
        }
        finally
        {
            Complete(socket);
        }
    }

    private void Complete(ObservedSocket socket)
    {
        try
        {
            socket.Complete();
        }
        catch (Exception defect)
        {
            LogDefect(defect);
        }
        finally
        {
            _connections.Remove(socket);
            _limiter.Release();
        }
    }

    private async Task StopAsync(CancellationToken abort)
    {
        // 1. No more connections. Those that wait in the backlog are reset by the kernel.
        _socket.Dispose();
        _limiter.Stop();

        // 2. and 3. Let the others finish, for a named time.
        var limit = new Duration(_options.ShutdownTimeout);
        int open = _connections.Count;
        _log.Note(LogEventLevel.Information, open == 0 ? "stopped listening" : $"stopped listening; up to {limit} for {open} connection{(open == 1 ? "" : "s")} to finish");
        if (await _connections.DrainAsync(_options.ShutdownTimeout, abort)) return;

        // 4. Abort the rest, and wait for their last events.
        foreach (ObservedSocket socket in _connections.All) Abort(socket);
        await _connections.DrainAsync(_options.ShutdownTimeout, CancellationToken.None);
    }

    private void Abort(ObservedSocket socket)
    {
        try
        {
            socket.Abort($"stopped, {socket.Activity}");
        }
        catch (Exception defect)
        {
            LogDefect(defect);
        }
    }

    private void LogDefect(Exception defect) => _log.Note(LogEventLevel.Error, $"defect: {defect.GetType().Name}, {defect.Message}");
}
