namespace EchoClient.Verdict;

/// <summary>
/// Ends a wait when nothing has moved for a given time, or when the user asks. Each byte that goes or comes begins the
/// time anew, so that a long transfer is never cut, and a dead peer always.
/// </summary>
internal sealed class ProgressDeadline : IDisposable
{
    private readonly CancellationTokenSource _expiry;
    private readonly CancellationToken _stop;

    public ProgressDeadline(TimeSpan longest, CancellationToken stop)
    {
        Value = longest;
        _stop = stop;
        _expiry = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Progress();
    }

    /// <summary>The longest time without progress.</summary>
    public TimeSpan Value { get; private set; }

    /// <summary>Cancelled when the wait is over.</summary>
    public CancellationToken Token => _expiry.Token;

    /// <summary>Whether it was the user who ended it.</summary>
    public bool Interrupted => _stop.IsCancellationRequested;

    /// <summary>Something has moved: the time begins anew.</summary>
    public void Progress() => _expiry.CancelAfter(Value);

    /// <summary>From now on only the user ends a wait.</summary>
    public void Disable()
    {
        Value = Timeout.InfiniteTimeSpan;
        Progress();
    }

    /// <summary>Ends every wait now: the connection is lost, and nothing will move any more.</summary>
    public void Cancel() => _expiry.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _expiry.Dispose();
}
