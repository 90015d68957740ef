using EchoClient.Checking;
using EchoClient.Scenarios;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Sockets;

namespace EchoClient.Running;

/// <summary>The result of a run: how the connection ended, whether it had to end so, and whether every byte came.</summary>
internal static class RunResult
{
    /// <param name="options">The command line.</param>
    /// <param name="scenario">What was to happen.</param>
    /// <param name="socket">The connection, which has ended.</param>
    /// <param name="reply">What came.</param>
    /// <param name="kernel">What the kernel said after the close.</param>
    /// <param name="checkTimeWaitAsync">Looks at TIME-WAIT, if the connection ended as it had to; returns what is wrong.</param>
    /// <param name="stop">Whether the user interrupted.</param>
    public static async Task<CloseResult> JudgeAsync(
        ClientOptions options,
        ClientScenario scenario,
        ObservedSocket socket,
        EchoVerifier reply,
        ClosedConnectionMonitor kernel,
        Func<Task<string?>> checkTimeWaitAsync,
        CancellationToken stop)
    {
        (CloseOutcome outcome, string how) = Describe(socket.End!, kernel);
        bool endsRight = outcome == scenario.ExpectedOutcome && (outcome != CloseOutcome.ClosedNormally || socket.End!.Cause is null);
        string? afterwards = endsRight ? await checkTimeWaitAsync() : null;
        string? fault = reply.DescribeMismatch() ?? afterwards;
        bool isForgiven = afterwards is null && scenario.AllowsTruncatedReply && reply.IsShort;
        bool isRight = endsRight && (fault is null || isForgiven);
        string sentence =
            isRight && kernel.IsUnknown ? $"{how}; what the kernel still holds of the connection, this system does not tell"
            : isRight ? scenario.Sentence(socket)
            : fault is null && how == outcome.Name() && !endsRight ? $"{how}, where it was to be {scenario.ExpectedOutcome.Name()}"
            : fault is null && reply.ExpectedLength == 0 ? how
            : $"{how}; {fault ?? $"the {scenario.Expected.What} was whole"}";
        int exitCode = stop.IsCancellationRequested ? ExitCode.Interrupted : isRight ? ExitCode.Success : ExitCode.UnexpectedResult;
        return new CloseResult(outcome, sentence, socket.BytesSent, reply.Received, socket.BytesAfterFin, exitCode);
    }

    private static (CloseOutcome Outcome, string How) Describe(ConnectionEnd end, ClosedConnectionMonitor kernel) => end.Kind switch
    {
        ConnectionEndKind.Closed when kernel.Unconfirmed is { } why =>
            (CloseOutcome.Aborted, $"closed, but the server has not confirmed it: {why}"),
        ConnectionEndKind.Closed =>
            (CloseOutcome.ClosedNormally, CloseOutcome.ClosedNormally.Name() + (end.Cause is { } cause ? $", but {cause}" : "")),
        ConnectionEndKind.Reset => (CloseOutcome.Reset, "reset by the server"),
        ConnectionEndKind.Aborted => (CloseOutcome.Aborted, $"aborted, {end.Cause}"),
        ConnectionEndKind.TimedOut => (CloseOutcome.Aborted, $"lost, {end.Cause}"),
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, null),
    };
}
