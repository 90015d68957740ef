using System.Net;
using System.Net.Sockets;
using Serilog;
using Serilog.Events;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace EchoServer.Hosting;

/// <summary>
/// Accepts connections and runs a handler for each. A stop has four steps. Steps 2 to 4 are in
/// <see cref="ActiveConnections"/>.
/// </summary>
internal sealed class Listener : IDisposable
{
    private readonly Socket _socket;
    private readonly ServerOptions _options;
    private readonly IConnectionHandler _handler;
    private readonly ILogger _logger;
    private readonly CloseLog _log;
    private readonly ConnectionLimiter _limiter;
    private readonly ExceptionBarrier _barrier;
    private readonly ActiveConnections _connections = new();
    private readonly ReceiveBufferPool _buffers = new();

    private Listener(
        Socket socket, ConnectionLimiter limiter, ServerOptions options, IConnectionHandler handler, ILogger logger)
    {
        _socket = socket;
        _limiter = limiter;
        _options = options;
        _handler = handler;
        _logger = logger;
        _log = new CloseLog(logger, Side.Server);
        _barrier = new ExceptionBarrier(_log);
    }

    /// <summary>The address and port that the server listens on.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Listens and serves until stopped.</summary>
    /// <param name="options">The options of the server.</param>
    /// <param name="handler">Serves every connection.</param>
    /// <param name="logger">Receives the events.</param>
    /// <param name="stop">The signals that stop it.</param>
    /// <param name="nextSteps">Returns lines that suggest what the user can do next.</param>
    /// <exception cref="CommandException">The server cannot listen, or <c>Accept</c> keeps failing.</exception>
    public static async Task RunAsync(
        ServerOptions options, IConnectionHandler handler, ILogger logger, StopSignal stop,
        Func<IPEndPoint, IEnumerable<string>> nextSteps)
    {
        InlineCompletions.Choose(writesEvents: logger.IsEnabled(LogEventLevel.Information));
        try
        {
            using Listener listener = await OpenAsync(options, handler, logger, stop.StopRequested);
            foreach (string step in nextSteps(listener.EndPoint)) listener._log.Note(LogEventLevel.Information, step);
            await listener.ServeAsync(stop.StopRequested, stop.AbortRequested);
        }
        catch (OperationCanceledException) when (stop.StopRequested.IsCancellationRequested)
        {
            // Stopped before it could listen.
        }
    }

    /// <summary>Listens. The kernel now completes handshakes, although nothing is accepted yet.</summary>
    /// <exception cref="CommandException">
    /// The host is unknown, the port cannot be bound, or too few descriptors are allowed.
    /// </exception>
    public static async Task<Listener> OpenAsync(
        ServerOptions options, IConnectionHandler handler, ILogger logger, CancellationToken stop)
    {
        var log = new CloseLog(logger, Side.Server);
        var limiter = new ConnectionLimiter(options.MaxConnections, log, options.DescriptorsPerConnection);
        Socket socket = await ListeningSocket.OpenAsync(options, log, stop);
        return new Listener(socket, limiter, options, handler, logger);
    }

    /// <summary>
    /// Serves until <paramref name="stop"/>. Then waits for the connections to finish, until the shutdown time-out or
    /// <paramref name="abort"/>.
    /// </summary>
    /// <exception cref="CommandException"><c>Accept</c> keeps failing.</exception>
    public async Task ServeAsync(CancellationToken stop, CancellationToken abort)
    {
        using var inactivity = new InactivityTimeout(
            _options.IdleTimeout, "--idle-timeout", () => _connections.All, _barrier.Report);

        // Accepting has a thread of its own, so that a flood of new connections does not stop the open ones.
        Task accepting = Task.Factory.StartNew(
            () => AcceptUntil(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            using (stop.Register(_socket.Dispose)) await accepting;
        }
        finally
        {
            // 1. Accept no more connections. The kernel resets those in the backlog.
            _socket.Dispose();
            _limiter.Stop();
            await _connections.StopAsync(_options.ShutdownTimeout, _barrier, _log, abort);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _limiter.Dispose();
    }

    // Accept fails if the server is stopped, if a connection ended in the backlog, or if the listener itself fails.
    private void AcceptUntil(CancellationToken stop)
    {
        var failures = new AcceptFailures(_log);
        while (_limiter.TryWait(stop))
        {
            long calledAt = Clock.Now;
            try
            {
                Socket accepted = _socket.Accept();
                failures.Clear();

                // Not awaited here: the stop waits until the connection is no longer active.
                _ = HandleAsync(accepted, calledAt);
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

    // Serves one connection to its end. Never throws.
    private async Task HandleAsync(Socket accepted, long acceptedAt)
    {
        ObservedSocket? socket = null;
        try
        {
            socket = new ObservedSocket(accepted, Side.Server, new CloseLog(_logger, Side.Server), _buffers);
            _connections.Add(socket);
            socket.Accepted(acceptedAt);
            await _handler.RunAsync(socket);
        }
        catch (ConnectionEndedException)
        {
            // Complete reports how the connection ended.
        }
        catch (Exception defect)
        {
            // A defect in this program.
            _barrier.Report(defect);
            _barrier.Guard(socket, static s => s?.Abort("defect"));
        }
        finally
        {
            _barrier.Guard(socket, static s => s?.Complete());
            _barrier.Guard(_limiter, static l => l.Release());
            if (socket is not null) _connections.Remove(socket);    // last, because the stop waits for it
            else accepted.Dispose();
        }
    }
}
