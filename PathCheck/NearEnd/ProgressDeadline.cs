namespace PathCheck.NearEnd;

/// <summary>
/// Cancels a wait when nothing has moved for a given time, or when another token does. Each byte restarts the time.
/// </summary>
internal sealed class ProgressDeadline : IDisposable
{
    private readonly TimeSpan _timeout;
    private readonly CancellationToken _stop;
    private CancellationTokenSource _expiry;

    public ProgressDeadline(TimeSpan timeout, CancellationToken stop)
    {
        (_timeout, _stop) = (timeout, stop);
        _expiry = Start();
    }

    /// <summary>Cancelled when the wait is over.</summary>
    public CancellationToken Token => _expiry.Token;

    /// <summary>Something has moved: the time restarts.</summary>
    public void Restart()
    {
        if (_expiry.TryReset())
        {
            _expiry.CancelAfter(_timeout);
            return;
        }

        _expiry.Dispose();
        _expiry = Start();
    }

    /// <inheritdoc/>
    public void Dispose() => _expiry.Dispose();

    private CancellationTokenSource Start()
    {
        var expiry = CancellationTokenSource.CreateLinkedTokenSource(_stop);
        expiry.CancelAfter(_timeout);
        return expiry;
    }
}
