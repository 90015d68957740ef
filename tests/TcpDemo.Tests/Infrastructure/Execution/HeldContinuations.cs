namespace TcpDemo.Tests.Infrastructure.Execution;

/// <summary>Holds continuations until they are released, as a busy thread pool would.</summary>
public sealed class HeldContinuations : SynchronizationContext
{
    private readonly List<(SendOrPostCallback Callback, object? State)> _posted = [];
    private bool _isReleased;

    /// <summary>Whether a continuation is being held.</summary>
    public bool AnyWaits
    {
        get
        {
            lock (_posted) return !_isReleased && _posted.Count > 0;
        }
    }

    public Task Run(Func<Task> start)
    {
        SynchronizationContext? before = Current;
        SetSynchronizationContext(this);
        try
        {
            return start();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_posted)
        {
            if (!_isReleased) _posted.Add((d, state));
            else ThreadPool.QueueUserWorkItem(_ => d(state));
        }
    }

    public void Release()
    {
        lock (_posted)
        {
            _isReleased = true;
            foreach ((SendOrPostCallback callback, object? state) in _posted)
                ThreadPool.QueueUserWorkItem(_ => callback(state));
        }
    }
}
