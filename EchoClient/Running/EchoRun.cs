using System.Net.NetworkInformation;
using System.Net.Sockets;
using EchoClient.Scenarios;
using Serilog;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Running;

/// <summary>One run of the client: connect, exchange, close, look at TIME-WAIT, judge.</summary>
internal sealed class EchoRun(ClientOptions options, ILogger logger, bool drawBar = false)
{
    private readonly CloseLog _log = new(logger, Side.Client);
    private readonly Scenario _scenario = ScenarioTable.Find(options.Scenario);
    private readonly Play _play = ClientScenarios.For(options);

    /// <summary>Runs, and returns the exit code.</summary>
    /// <exception cref="CommandException">No connection came about.</exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        Socket socket;
        try
        {
            socket = await Connector.OpenAsync(options, _log, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (ConnectionRefusedException) when (_play.MustEnd == Outcome.Refused)
        {
            _log.Result(new CloseResult(Outcome.Refused, Refused.Sentence, 0, 0, 0, ExitCode.Success));
            return ExitCode.Success;
        }

        using var limit = new InactivityTimeout(options.Timeout + (_play.Request?.Hold ?? TimeSpan.Zero), stop);
        ScenarioResponseLine? answer = _play.Request is { } request ? new ScenarioResponseLine(request.ToLine()) : null;
        var exchange = new EchoExchange(socket, new EchoVerifier(_play.Expected, answer), options.Buffer, _log, limit);
        (string outcome, string how) = await CloseAsync(socket, exchange, limit);
        string? afterwards = await AfterwardsAsync(outcome, how, exchange, stop);

        CloseResult verdict = Judge(outcome, how, afterwards, exchange, stop.IsCancellationRequested);
        _log.Result(verdict);
        return verdict.ExitCode;
    }

    private async Task<(string Outcome, string How)> CloseAsync(Socket socket, EchoExchange exchange, InactivityTimeout limit)
    {
        byte[] request = _play.Request?.ToLine() ?? [];
        using TransferProgress? bar = drawBar ? TransferProgress.OnTerminal(exchange, _play.Uploads, request.Length) : null;
        try
        {
            var act = new Act(socket, options, Payload.Of(request), exchange, _log);
            string outcome = await _play.RunAsync(act);
            return (outcome, outcome);
        }
        catch (OperationCanceledException)
        {
            return Abort(socket, exchange, limit.Interrupted ? "interrupted" : $"stuck for {new Duration(limit.Value)}");
        }
        catch (InvalidDataException e)
        {
            return Abort(socket, exchange, e.Message);
        }
        catch (SocketException e)
        {
            return Failed(socket, exchange, e);
        }
    }

    private (string Outcome, string How) Failed(Socket socket, EchoExchange exchange, SocketException error)
    {
        (string call, long calledAt, _) = exchange.FirstFailure ?? ("Receive", Clock.Now, error);
        return Ended(socket, calledAt, $"{call} failed", error);
    }

    private (string Outcome, string How) Ended(Socket socket, long calledAt, string how, SocketException error)
    {
        if (SocketErrors.IsReset(error))
        {
            _log.ResetReceived(calledAt, how);
            _log.SocketClosed(Clock.Before(socket.Dispose));
            return (Outcome.Reset, "reset by the server");
        }

        // The kernel has given up by itself: there is nothing left to abort, and no RST to send.
        string cause = $"{how}, {error.SocketErrorCode}";
        _log.ConnectionTimedOut(calledAt, cause);
        socket.Dispose();
        return (Outcome.Aborted, $"lost, {cause}");
    }

    // Linger 0: the kernel drops what is under way and sends a RST in place of a FIN (RFC 9293 3.10.5). Where both FINs have been
    // exchanged, or the connection has been reset meanwhile, it would send nothing.
    private (string Outcome, string How) Abort(Socket socket, EchoExchange exchange, string cause)
    {
        if (socket.SafeHandle.IsClosed) return (Outcome.Aborted, $"closed, but the server has not confirmed it: {cause}");
        if (SocketState.Read(socket) is TcpState.Closed or TcpState.Closing or TcpState.LastAck)
        {
            if (exchange.FirstFailure is { } first) return Failed(socket, exchange, first.Error);
            if (SocketErrors.TakePending(socket) is { } pending) return Ended(socket, Clock.Now, "before we aborted", pending);
            _log.SocketClosed(Clock.Before(socket.Dispose));
            return (Outcome.Normal, $"{Outcome.Normal}, but {cause}");
        }

        long calledAt = Clock.Now;
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
        _log.Aborted(calledAt, cause);
        return (Outcome.Aborted, $"aborted, {cause}");
    }

    // It was a normal close, but the client had not seen its end.
    private static bool GaveUp(string outcome, string how) => outcome == Outcome.Normal && how != outcome;

    // TIME-WAIT has to be where the scenario says, and nowhere else.
    private async Task<string?> AfterwardsAsync(string outcome, string how, EchoExchange exchange, CancellationToken stop)
    {
        if (outcome != _play.MustEnd || GaveUp(outcome, how)) return null;
        var timeWait = new TimeWaitMonitor(_log, drawBar);
        bool mayBeHere = _scenario.MayLeaveTimeWait(Side.Client), mayBeThere = _scenario.MayLeaveTimeWait(Side.Server);
        if (!mayBeHere && timeWait.IsHere()) return "and yet the client is in TIME-WAIT";
        if (mayBeHere && (!mayBeThere || timeWait.IsHere())) await timeWait.RunAsync(options.WatchTimeWait, exchange.EndedAt, stop);
        else if (mayBeThere && !mayBeHere) timeWait.ReportPeerTimeWait(options.Port);
        return null;
    }

    private CloseResult Judge(string outcome, string how, string? afterwards, EchoExchange exchange, bool interrupted)
    {
        EchoVerifier echo = exchange.Echo;
        string? fault = echo.DescribeMismatch() ?? afterwards;
        if (_play.MayLose && echo.IsShort) fault = null;
        bool fine = outcome == _play.MustEnd && !GaveUp(outcome, how) && fault is null;
        string sentence = fine ? _play.Sentence(exchange)
            : fault is null && how == Outcome.Normal ? $"{how}, where it was to be {_play.MustEnd}"
            : fault is null && echo.Expected == 0 ? how
            : $"{how}; {fault ?? $"the {_play.Expected.What} was whole"}";
        int exitCode = interrupted ? ExitCode.Interrupted : fine ? ExitCode.Success : ExitCode.UnexpectedResult;
        return new CloseResult(outcome, sentence, exchange.Sent, echo.Received, echo.ReceivedAfterFin, exitCode);
    }
}
