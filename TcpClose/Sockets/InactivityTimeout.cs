namespace TcpClose.Sockets;

/// <summary>
/// Aborts connections whose peer has kept a call waiting for too long. One timer checks all connections, because a
/// timer for each call would cost more than the call.
/// </summary>
public sealed class InactivityTimeout : IDisposable
{
    private readonly TimeSpan _timeout;
    private readonly string _option;
    private readonly Func<IEnumerable<ObservedSocket>> _sockets;
    private readonly Action<Exception> _onDefect;
    private readonly Timer _timer;
    private bool _isChecking;

    /// <summary>Starts the timer.</summary>
    /// <param name="timeout">How long a call may wait for the peer.</param>
    /// <param name="option">The option that sets the time-out. The cause of an abort contains its name.</param>
    /// <param name="sockets">Returns the open connections.</param>
    /// <param name="onDefect">Receives an exception from the check of a connection.</param>
    public InactivityTimeout(
        TimeSpan timeout, string option, Func<IEnumerable<ObservedSocket>> sockets, Action<Exception> onDefect)
    {
        _timeout = timeout;
        _option = option;
        _sockets = sockets;
        _onDefect = onDefect;
        TimeSpan period = TimeSpan.FromMilliseconds(Math.Clamp(timeout.TotalMilliseconds / 10, 10, 1000));
        _timer = new Timer(_ => Check(), null, period, period);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Check()
    {
        // The timer may fire again before all connections have been checked.
        if (Interlocked.Exchange(ref _isChecking, true)) return;
        foreach (ObservedSocket socket in _sockets())
        {
            try
            {
                socket.CheckPeer(_timeout, _option);
            }
            catch (Exception defect)
            {
                _onDefect(defect);
            }
        }

        Volatile.Write(ref _isChecking, false);
    }
}
