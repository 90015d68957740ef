using TcpClose.Events;

namespace TcpClose.Sockets;

/// <summary>Passes each event to several observers, in order.</summary>
internal sealed class ConnectionObservers(params IConnectionObserver[] observers) : IConnectionObserver
{
    public void Connecting(ObservedConnection connection)
    {
        foreach (IConnectionObserver observer in observers) observer.Connecting(connection);
    }

    public void Connected(long calledAt, long returnedAt)
    {
        foreach (IConnectionObserver observer in observers) observer.Connected(calledAt, returnedAt);
    }

    public void Accepted(ObservedConnection connection, long calledAt)
    {
        foreach (IConnectionObserver observer in observers) observer.Accepted(connection, calledAt);
    }

    public void Sent(long calledAt, ReadOnlySpan<byte> bytes)
    {
        foreach (IConnectionObserver observer in observers) observer.Sent(calledAt, bytes);
    }

    public void Received(long calledAt, ReadOnlySpan<byte> bytes, bool afterOurFin)
    {
        foreach (IConnectionObserver observer in observers) observer.Received(calledAt, bytes, afterOurFin);
    }

    public void FinQueued(long calledAt)
    {
        foreach (IConnectionObserver observer in observers) observer.FinQueued(calledAt);
    }

    public void FinRead(long calledAt)
    {
        foreach (IConnectionObserver observer in observers) observer.FinRead(calledAt);
    }

    public void ResetReceived(in CallSample sample, string how)
    {
        foreach (IConnectionObserver observer in observers) observer.ResetReceived(sample, how);
    }

    public void Aborted(in CallSample sample, string cause)
    {
        foreach (IConnectionObserver observer in observers) observer.Aborted(sample, cause);
    }

    public void ConnectionTimedOut(in CallSample sample, string cause)
    {
        foreach (IConnectionObserver observer in observers) observer.ConnectionTimedOut(sample, cause);
    }

    public void SocketClosed(long calledAt)
    {
        foreach (IConnectionObserver observer in observers) observer.SocketClosed(calledAt);
    }
}
