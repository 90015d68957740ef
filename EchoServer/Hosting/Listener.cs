using System.Net;
using System.Net.Sockets;
using Serilog;
using Serilog.Events;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace EchoServer.Hosting;

/// <summary>Accepts connections and has them handled, until it is stopped in four steps.</summary>
internal sealed class Listener : IDisposable
{
    private readonly Socket _socket;
    private readonly ServerOptions _options;
    private readonly CloseLog _log;
    private readonly ConnectionLimiter _limiter;
    private readonly ConnectionRunner _runner;

    private Listener(
        Socket socket, ServerOptions options, ConnectionLimiter limiter, ConnectionRunner runner, CloseLog log)
    {
        _socket = socket;
        _options = options;
        _limiter = limiter;
        _runner = runner;
        _log = log;
    }

    /// <summary>The address and port that the server listens on; for port 0, the port that the kernel chose.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Runs a server program: listens and serves until <paramref name="stop"/>.</summary>
    /// <exception cref="CommandException">It cannot listen, or <c>Accept</c> keeps failing.</exception>
    public static async Task RunAsync(
        ServerOptions options, IConnectionHandler handler, ILogger logger, StopSignal stop)
    {
        InlineCompletions.Choose(writesEvents: logger.IsEnabled(LogEventLevel.Information));
        try
        {
            using Listener listener = await OpenAsync(options, handler, logger, stop.StopRequested);
            await listener.ServeAsync(stop.StopRequested, stop.AbortRequested);
        }
        catch (OperationCanceledException) when (stop.StopRequested.IsCancellationRequested)
        {
            // Stopped before it could listen.
        }
    }

    /// <summary>Listens. From then on the kernel completes handshakes, although nothing is accepted yet.</summary>
    /// <exception cref="CommandException">
    /// The host is unknown, the port cannot be bound, or too few descriptors are allowed.
    /// </exception>
    public static async Task<Listener> OpenAsync(
        ServerOptions options, IConnectionHandler handler, ILogger logger, CancellationToken stop)
    {
        var log = new CloseLog(logger, Side.Server);
        var limiter = new ConnectionLimiter(options.MaxConnections, log);
        Socket socket = await ListeningSocket.OpenAsync(options, log, stop);
        return new Listener(socket, options, limiter, new ConnectionRunner(handler, logger), log);
    }

    /// <summary>
    /// Serves until <paramref name="stop"/>, then lets the connections finish until the time-out or
    /// <paramref name="abort"/>.
    /// </summary>
    /// <exception cref="CommandException"><c>Accept</c> keeps failing.</exception>
    public async Task ServeAsync(CancellationToken stop, CancellationToken abort)
    {
        using var inactivity =
            new InactivityTimeout(_options.IdleTimeout, () => _runner.Connections.All, _runner.LogDefect);

        // Accepting has a thread of its own. A flood of new connections keeps only this thread busy: the event-loop
        // threads of the open connections continue, because the system shares the processor between threads.
        Task accepting = Task.Factory.StartNew(
            () => AcceptUntil(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
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

    // Accept ends in three ways: the server is stopped, one connection was reset in the backlog, or the listener itself
    // fails.
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
                _ = _runner.RunAsync(accepted, calledAt, onEnd: _limiter.Release);
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

    private async Task StopAsync(CancellationToken abort)
    {
        // 1. Accept no more connections. The kernel resets those that wait in the backlog.
        _socket.Dispose();
        _limiter.Stop();

        // 2. and 3. Log the time limit, and let the open connections finish within it.
        var limit = new Duration(_options.ShutdownTimeout);
        int open = _runner.Connections.Count;
        string waiting = open == 0 ? "" : $"; up to {limit} for {open} connection{(open == 1 ? "" : "s")} to finish";
        _log.Note(LogEventLevel.Information, "stopped listening" + waiting);
        if (await _runner.Connections.DrainAsync(_options.ShutdownTimeout, abort)) return;

        // 4. Abort the remaining connections, and wait for their last events.
        _runner.AbortAll();
        await _runner.Connections.DrainAsync(_options.ShutdownTimeout, CancellationToken.None);
    }
}
