using System.Net.Sockets;
using EchoServer.Scenarios;
using TcpClose.Kernel;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Hosting;

/// <summary>
/// Serves a connection from its accept to its end: finds out what the client asks for, plays it, and says how it ended where
/// that was not by its own close.
/// </summary>
internal sealed class Service(ServerOptions options, ConnectionRecords recollections)
{
    /// <summary>Serves one to its end, whatever that is. Never throws for something that the peer did.</summary>
    public async Task RunAsync(EchoConnection connection, long acceptedAt)
    {
        try
        {
            connection.Log.Accepted(connection.Socket, acceptedAt);
            if (options.Http) await Http.RunAsync(connection.Socket, connection, connection.Log);
            else if (options.EchoOnly) await PassiveClose.RunAsync(connection.Socket, connection, connection.Log);
            else await PlayAsync(connection, await ScenarioRequestReader.ReadAsync(connection, options.IdleTimeout));
        }
        catch (SocketException e)
        {
            if (SocketErrors.IsReset(e)) connection.Heard(FirstSign.Reset);
            connection.End.ByFailure(e);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Aborted: that has been said already.
        }
        finally
        {
            connection.End.TryClaim();
            connection.Heard(FirstSign.None);
            connection.Recollection?.Ended();
            connection.Dispose();
        }
    }

    private Task PlayAsync(EchoConnection connection, ScenarioRequestResult asked)
    {
        (Socket socket, CloseLog log) = (connection.Socket, connection.Log);
        // Requests are answered at once; only the plain echo thinks.
        if (asked.Request is not null) connection.Think = TimeSpan.Zero;
        if (asked is { Request: { Scenario: not ScenarioRequest.Report, Id: { } id } } && recollections.Begin(id) is { } begun)
        {
            connection.Recollection = begun;
            connection.End.Remember(begun);
        }

        return asked switch
        {
            { Refused: { } why } => ErrorReply.RunAsync(socket, connection, log, why),
            { Request.Scenario: ScenarioRequest.ServerInfo } => LingeringClose.SendAndCloseAsync(socket, connection, log, recollections.Hello().ToLine()),
            { Request: { Scenario: ScenarioRequest.Report, Id: { } which } } => LingeringClose.SendAndCloseAsync(socket, connection, log, recollections.Saw(which).ToLine()),
            { Request: { Scenario: not ScenarioTable.PlainEcho } request } => ServerScenarios.RunAsync(new Act(socket, connection, log, request)),
            _ => PassiveClose.RunAsync(socket, connection, log),
        };
    }
}
