using EchoClient.Checking;
using EchoClient.Scenarios;
using Serilog;
using Serilog.Events;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Running;

/// <summary>One run of the client, from connecting to the result.</summary>
internal sealed class ScenarioRunner(ClientOptions options, ILogger logger, bool drawsProgress = false)
{
    private readonly CloseLog _log = new(logger, Side.Client);
    private readonly Scenario _row = ScenarioTable.Find(options.Scenario);
    private readonly ClientScenario _scenario = ClientScenarios.For(options);

    // The server may be silent for the requested hold, so the limit includes it.
    private TimeSpan InactivityLimit => options.Timeout + RequestedHold;

    private string InactivityOption => RequestedHold > TimeSpan.Zero ? "--timeout plus --hold" : "--timeout";

    private TimeSpan RequestedHold => _scenario.Request?.Hold ?? TimeSpan.Zero;

    /// <summary>Runs the scenario and returns the exit code.</summary>
    /// <exception cref="CommandException">The connection could not be established.</exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        ObservedSocket socket;
        try
        {
            socket = await Connector.OpenAsync(options, _log, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (ConnectionRefusedException) when (_scenario.ExpectedOutcome == CloseOutcome.Refused)
        {
            _log.Result(new CloseResult(CloseOutcome.Refused, Refused.Sentence, 0, 0, 0, ExitCode.Success));
            return ExitCode.Success;
        }

        var kernel = new ClosedConnectionMonitor(socket, InactivityLimit, InactivityOption, stop);
        ScenarioResponseLine? answer =
            _scenario.Request is { } request ? new ScenarioResponseLine(request.ToLine()) : null;
        var reply = new EchoVerifier(_scenario.Expected, options.Timeout, socket.Abort, answer);
        await RunScenarioAsync(socket, reply, kernel, stop);
        var run = new RunResult(_scenario, socket, reply, kernel);
        string? timeWaitFault = run.EndedAsExpected ? await CheckTimeWaitAsync(socket, stop) : null;
        CloseResult result = run.Evaluate(timeWaitFault, stop.IsCancellationRequested);
        _log.Result(result);
        return result.ExitCode;
    }

    private async Task RunScenarioAsync(
        ObservedSocket socket, EchoVerifier reply, ClosedConnectionMonitor kernel, CancellationToken stop)
    {
        byte[] request = _scenario.Request?.ToLine() ?? [];
        using TransferProgress? progress =
            drawsProgress ? TransferProgress.OnTerminal(socket, reply, _scenario.UploadLength, request.Length) : null;
        using InactivityTimeout? inactivity = _scenario.HasTimeout
            ? new InactivityTimeout(InactivityLimit, InactivityOption, () => [socket], LogDefect)
            : null;
        using CancellationTokenRegistration interrupt = stop.Register(() => socket.Abort("interrupted"));
        try
        {
            await _scenario.RunAsync(socket, new ScenarioContext(Payload.Of(request), options, reply, kernel));
        }
        catch (ConnectionEndedException)
        {
            // Complete reports how the connection ended.
        }
        finally
        {
            socket.Complete();
        }
    }

    // Returns a fault if the client is unexpectedly in TIME-WAIT. Otherwise logs an expected TIME-WAIT, and returns
    // null.
    private async Task<string?> CheckTimeWaitAsync(ObservedSocket socket, CancellationToken stop)
    {
        var timeWait = new TimeWaitMonitor(socket, drawsProgress);
        bool mayBeHere = _row.MayLeaveTimeWait(Side.Client), mayBeThere = _row.MayLeaveTimeWait(Side.Server);
        if (!mayBeHere && timeWait.IsHere()) return "the client is unexpectedly in TIME-WAIT";
        if (mayBeHere && (!mayBeThere || timeWait.IsHere())) await timeWait.RunAsync(options.WatchTimeWait, stop);
        else if (mayBeThere && !mayBeHere) timeWait.ReportPeerTimeWait(options.Port);
        return null;
    }

    private void LogDefect(Exception defect) =>
        _log.Note(LogEventLevel.Error, $"defect: {defect.GetType().Name}, {defect.Message}");
}
