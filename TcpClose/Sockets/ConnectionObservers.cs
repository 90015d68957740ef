namespace TcpClose.Sockets;

/// <summary>Passes each event on to every observer of a connection, in the order in which they were added.</summary>
internal sealed class ConnectionObservers(IConnectionObserver first) : IConnectionObserver
{
    private IConnectionObserver[] _all = [first];

    public void Add(IConnectionObserver observer) => _all = [.. _all, observer];

    public void Connecting(ObservedConnection connection)
    {
        foreach (IConnectionObserver observer in _all) observer.Connecting(connection);
    }

    public void Connected(long calledAt)
    {
        foreach (IConnectionObserver observer in _all) observer.Connected(calledAt);
    }

    public void Accepted(ObservedConnection connection, long calledAt)
    {
        foreach (IConnectionObserver observer in _all) observer.Accepted(connection, calledAt);
    }

    public void Sent(long calledAt, ReadOnlySpan<byte> bytes)
    {
        foreach (IConnectionObserver observer in _all) observer.Sent(calledAt, bytes);
    }

    public void Received(long calledAt, ReadOnlySpan<byte> bytes, bool afterOurFin)
    {
        foreach (IConnectionObserver observer in _all) observer.Received(calledAt, bytes, afterOurFin);
    }

    public void FinQueued(long calledAt)
    {
        foreach (IConnectionObserver observer in _all) observer.FinQueued(calledAt);
    }

    public void FinRead(long calledAt)
    {
        foreach (IConnectionObserver observer in _all) observer.FinRead(calledAt);
    }

    public void ResetReceived(in CallSample sample, string how)
    {
        foreach (IConnectionObserver observer in _all) observer.ResetReceived(sample, how);
    }

    public void Aborted(in CallSample sample, string cause)
    {
        foreach (IConnectionObserver observer in _all) observer.Aborted(sample, cause);
    }

    public void ConnectionTimedOut(in CallSample sample, string cause)
    {
        foreach (IConnectionObserver observer in _all) observer.ConnectionTimedOut(sample, cause);
    }

    public void SocketClosed(long calledAt)
    {
        foreach (IConnectionObserver observer in _all) observer.SocketClosed(calledAt);
    }
}
