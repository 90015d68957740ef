using System.Net.Sockets;
using Serilog;
using TcpClose;

namespace EchoClient;

/// <summary>One run of the client: connect, exchange, close, look at TIME-WAIT, judge.</summary>
internal sealed class EchoRun(ClientOptions options, ILogger logger, bool drawBar = false)
{
    private readonly CloseLog _log = new(logger, Side.Client);

    /// <summary>Runs, and returns the exit code.</summary>
    /// <exception cref="CannotRunException">No connection came about.</exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        Socket socket;
        try
        {
            socket = await Connection.OpenAsync(options, _log, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }

        using var limit = new ProgressLimit(options.Timeout, stop);
        var exchange = new EchoExchange(socket, options.Message, _log, limit);
        (string outcome, string how) = await CloseAsync(socket, exchange, limit);
        if (outcome == Outcomes.Normal) await new TimeWaitWatch(_log, drawBar).RunAsync(options.WatchTimeWait, exchange.EndedAt, stop);

        CloseVerdict verdict = Judge(outcome, how, exchange.Echo, stop.IsCancellationRequested);
        _log.Verdict(verdict);
        return verdict.ExitCode;
    }

    private async Task<(string Outcome, string How)> CloseAsync(Socket socket, EchoExchange exchange, ProgressLimit limit)
    {
        try
        {
            await ActiveClose.RunAsync(socket, exchange, _log);
            return (Outcomes.Normal, Outcomes.Normal);
        }
        catch (SocketException e) when (SocketErrors.IsReset(e))
        {
            (string call, long calledAt) = exchange.FirstFailure ?? ("Receive", Clock.Now);
            _log.ResetReceived(calledAt, $"{call} failed");
            long closeAt = Clock.Now;
            socket.Dispose();
            _log.SocketClosed(closeAt);
            return (Outcomes.Reset, "reset by the server");
        }
        catch (OperationCanceledException)
        {
            return Abort(socket, limit.Interrupted ? "interrupted" : $"stuck for {new Duration(limit.Longest)}");
        }
        catch (InvalidDataException e)
        {
            return Abort(socket, e.Message);
        }
        catch (SocketException e)
        {
            // The kernel has given up by itself: there is nothing left to abort, and no RST to send.
            (string call, long calledAt) = exchange.FirstFailure ?? ("Receive", Clock.Now);
            string cause = $"{call} failed, {e.SocketErrorCode}";
            _log.Lost(calledAt, cause);
            socket.Dispose();
            return (Outcomes.Aborted, $"lost, {cause}");
        }
    }

    // Linger 0: the kernel drops what is under way and sends a RST in place of a FIN (RFC 9293 3.10.5).
    private (string Outcome, string How) Abort(Socket socket, string cause)
    {
        long calledAt = Clock.Now;
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
        _log.Aborted(calledAt, cause);
        return (Outcomes.Aborted, $"aborted, {cause}");
    }

    private static CloseVerdict Judge(string outcome, string how, EchoCheck echo, bool interrupted)
    {
        string? fault = echo.Fault();
        bool fine = outcome == Outcomes.Normal && fault is null;
        string sentence = fine
            ? $"{how}: {echo.Received} of {echo.Sent} bytes echoed, {echo.ReceivedAfterFin} after our FIN"
            : $"{how}; {fault ?? "the echo was whole"}";
        int exitCode = interrupted ? ExitCode.Interrupted : fine ? ExitCode.Fine : ExitCode.NotAsItShouldBe;
        return new CloseVerdict(outcome, sentence, echo.Sent, echo.Received, echo.ReceivedAfterFin, exitCode);
    }

    private static class Outcomes
    {
        public const string Normal = "closed normally", Reset = "reset", Aborted = "aborted";
    }
}
