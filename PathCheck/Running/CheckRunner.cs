using PathCheck.Checks;
using PathCheck.Checks.Resets;
using PathCheck.Classifying;
using PathCheck.Diagnosing;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Cli;

namespace PathCheck.Running;

/// <summary>Runs single checks, and looks for the cause if the path does not serve a connection.</summary>
internal sealed class CheckRunner(PathCheckOptions options, FarEndClient far, CheckRows rows, CancellationToken stop)
{
    private volatile bool _hasUnserved;

    /// <summary>Runs a check.</summary>
    public Task<CheckResult> RunAsync(Check check, TimeSpan? hold) =>
        RunAsync(check, hold, () => check.RunAsync(far, hold ?? TimeSpan.Zero, options.Late));

    /// <summary>Runs a check. If the path has not served a connection, the result has a doubt.</summary>
    public async Task<CheckResult> RunAsync(Check check, TimeSpan? hold, Func<Task<CheckResult>> runAsync)
    {
        try
        {
            return await runAsync();
        }
        catch (ConnectionNotServedException unserved)
        {
            _hasUnserved = true;
            return new CheckResult(check, check.HasHold ? hold : null, PathEffect.NotJudged, unserved.Message)
            {
                Doubt = unserved.Message,
            };
        }
    }

    /// <summary>Throws if a connection was not served and the cause is found.</summary>
    /// <exception cref="CommandException">The cause.</exception>
    public Task ThrowIfUnservedAsync() => _hasUnserved ? ThrowIfExplainedAsync() : Task.CompletedTask;

    /// <summary>Throws if it finds the reason why this path cannot be judged.</summary>
    /// <exception cref="CommandException">The cause.</exception>
    public async Task ThrowIfExplainedAsync()
    {
        string key = new ClientHangsUpOnFullPath().Key;
        var diagnosis = new FailureDiagnosis(options, far.Answers, stop);

        // In reply to this request the far end sends until the path is full. If the path takes all bytes, the far end
        // waits. So the connection stays open.
        PathRequest Lasting(ConnectionId id) => new(key, FullPath.Watch(far), Id: id, How: HangUp.Abort);
        if (await diagnosis.ExplainAsync(Lasting, rows.MaxConnections) is { } cause) throw new CommandException(cause);
    }
}
