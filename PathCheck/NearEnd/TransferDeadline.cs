namespace PathCheck.NearEnd;

/// <summary>
/// Cancels a transfer if no byte is transferred within the time-out, or if the whole transfer takes longer than the
/// time-out plus the time that it needs at <see cref="MinBytesPerSecond"/>.
/// </summary>
internal sealed class TransferDeadline : IDisposable
{
    /// <summary>
    /// The minimum rate. Without it, a peer that sends a byte now and then could keep a run waiting forever.
    /// </summary>
    public const double MinBytesPerSecond = 16 * 1024;

    private TimeSpan _timeout;
    private readonly CancellationTokenSource _total;
    private CancellationTokenSource _idle;
    private bool _isEnding;

    /// <summary>Starts both limits.</summary>
    public TransferDeadline(long bytes, TimeSpan timeout, CancellationToken stop)
    {
        _timeout = timeout;
        _total = CancelledAfter(timeout + TimeSpan.FromSeconds(bytes / MinBytesPerSecond), stop);
        _idle = CancelledAfter(timeout, _total.Token);
    }

    /// <summary>Cancelled when the transfer must end.</summary>
    public CancellationToken Token => _idle.Token;

    /// <summary>Begins the wait for the end of the stream. Surplus bytes do not extend this wait.</summary>
    /// <param name="timeout">How long to wait. It replaces both limits.</param>
    public void EndWithin(TimeSpan timeout)
    {
        if (_isEnding) return;
        _isEnding = true;
        _timeout = Timeout.InfiniteTimeSpan;
        _total.CancelAfter(timeout);
        Restart();
    }

    /// <summary>Restarts the time-out, because bytes have been transferred.</summary>
    public void Restart()
    {
        if (_idle.TryReset())
        {
            _idle.CancelAfter(_timeout);
            return;
        }

        _idle.Dispose();
        _idle = CancelledAfter(_timeout, _total.Token);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _idle.Dispose();
        _total.Dispose();
    }

    private static CancellationTokenSource CancelledAfter(TimeSpan time, CancellationToken stop)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(stop);
        source.CancelAfter(time);
        return source;
    }
}
