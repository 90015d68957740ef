using System.Net.Sockets;
using Serilog;
using Serilog.Events;
using TcpClose.Events;
using TcpClose.Sockets;

namespace EchoServer.Hosting;

/// <summary>
/// Runs the handler for each accepted connection. A defect in one connection is logged, and ends neither the process
/// nor another connection.
/// </summary>
internal sealed class ConnectionRunner(IConnectionHandler handler, ILogger logger)
{
    private readonly CloseLog _log = new(logger, Side.Server);
    private readonly ReceiveBufferPool _buffers = new();

    /// <summary>The connections that are open now.</summary>
    public ActiveConnections Connections { get; } = new();

    /// <summary>
    /// Serves one connection from its accept to its end. Returns to the caller at the first await that does not
    /// complete immediately. Never throws.
    /// </summary>
    /// <param name="accepted">What <c>Accept</c> returned.</param>
    /// <param name="acceptedAt">When it was called.</param>
    /// <param name="onEnd">Called after the connection's last event.</param>
    public async Task RunAsync(Socket accepted, long acceptedAt, Action onEnd)
    {
        var socket = new ObservedSocket(accepted, Side.Server, new CloseLog(logger, Side.Server), _buffers);
        Connections.Add(socket);
        try
        {
            socket.Accepted(acceptedAt);
            await handler.RunAsync(socket);
        }
        catch (ConnectionEndedException)
        {
            // The client's RST, or our abort. Complete reports it.
        }
        catch (Exception defect)
        {
            // A defect in this program: nothing that a client does leads here.
            LogDefect(defect);
            Guard(() => socket.Abort("defect"));
        }
        finally
        {
            Guard(() => socket.Complete());
            onEnd();
            Connections.Remove(socket);    // last, because the stop waits for it
        }
    }

    /// <summary>Aborts every connection that is still open.</summary>
    public void AbortAll()
    {
        foreach (ObservedSocket socket in Connections.All) Guard(() => socket.Abort($"stopped, {socket.Activity}"));
    }

    public void LogDefect(Exception defect) =>
        _log.Note(LogEventLevel.Error, $"defect: {defect.GetType().Name}, {defect.Message}");

    private void Guard(Action act)
    {
        try
        {
            act();
        }
        catch (Exception defect)
        {
            LogDefect(defect);
        }
    }
}
