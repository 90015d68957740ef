using EchoClient.Checking;
using EchoClient.Scenarios;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Sockets;

namespace EchoClient.Running;

/// <summary>
/// The result of a run: whether the end of the connection and the reply are what the scenario expects.
/// </summary>
internal sealed class RunResult
{
    private readonly ClientScenario _scenario;
    private readonly ObservedSocket _socket;
    private readonly EchoVerifier _reply;
    private readonly ClosedConnectionMonitor _kernel;
    private readonly CloseOutcome _outcome;
    private readonly string _how;

    public RunResult(ClientScenario scenario, ObservedSocket socket, EchoVerifier reply, ClosedConnectionMonitor kernel)
    {
        _scenario = scenario;
        _socket = socket;
        _reply = reply;
        _kernel = kernel;
        ConnectionEnd end = socket.End!;
        (_outcome, _how) = Describe(end, kernel);
        EndedAsExpected =
            _outcome == scenario.ExpectedOutcome && (_outcome != CloseOutcome.ClosedNormally || end.Cause is null);
    }

    /// <summary>Whether the connection ended as the scenario expects.</summary>
    public bool EndedAsExpected { get; }

    /// <summary>Returns the result that the client logs in its last line.</summary>
    /// <param name="timeWaitFault">What is wrong with TIME-WAIT; null if it is correct or was not checked.</param>
    /// <param name="interrupted">Whether the user interrupted.</param>
    public CloseResult Evaluate(string? timeWaitFault, bool interrupted)
    {
        string? fault = _reply.DescribeMismatch() ?? timeWaitFault;
        bool isAllowed = fault is null || (timeWaitFault is null && _scenario.AllowsTruncatedReply && _reply.IsShort);
        bool isRight = EndedAsExpected && isAllowed;
        return new CloseResult(
            _outcome,
            isRight ? DescribeSuccess() : DescribeFault(fault),
            _socket.BytesSent,
            _reply.Received,
            _socket.BytesAfterFin,
            interrupted ? ExitCode.Interrupted : isRight ? ExitCode.Success : ExitCode.UnexpectedResult);
    }

    private string DescribeSuccess() =>
        _kernel.IsUnknown
            ? $"{_how}; this system does not report what the kernel still holds"
            : _scenario.Sentence(_socket);

    private string DescribeFault(string? fault)
    {
        if (fault is not null) return $"{_how}; {fault}";
        if (!EndedAsExpected && _how == _outcome.Name())
            return $"{_how}, but {_scenario.ExpectedOutcome.Name()} was expected";
        return _reply.ExpectedLength == 0 ? _how : $"{_how}; the {_scenario.Expected.What} was complete";
    }

    private static (CloseOutcome Outcome, string How) Describe(ConnectionEnd end, ClosedConnectionMonitor kernel) =>
        end.Kind switch
        {
            ConnectionEndKind.Closed when kernel.Unconfirmed is { } why =>
                (CloseOutcome.Aborted, $"closed, but the close did not complete: {why}"),
            ConnectionEndKind.Closed =>
                (CloseOutcome.ClosedNormally,
                    CloseOutcome.ClosedNormally.Name() + (end.Cause is { } cause ? $", but {cause}" : "")),
            ConnectionEndKind.Reset => (CloseOutcome.Reset, "reset by the server"),
            ConnectionEndKind.Aborted => (CloseOutcome.Aborted, $"aborted, {end.Cause}"),
            ConnectionEndKind.TimedOut => (CloseOutcome.Aborted, $"timed out: {end.Cause}"),
            _ => throw new ArgumentOutOfRangeException(nameof(end), end, null),
        };
}
