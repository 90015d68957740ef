using System.Net.NetworkInformation;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace EchoClient.Checking;

/// <summary>
/// Waits until the kernel has finished with a connection whose socket is closed. Only the kernel's connection table
/// shows that.
/// </summary>
internal sealed class ClosedConnectionMonitor(
    ObservedSocket socket, TimeSpan timeout, string option, CancellationToken stop)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Why the wait was given up (a time-out or an interrupt); otherwise null.</summary>
    public string? Unconfirmed { get; private set; }

    /// <summary>Whether the system does not report the state.</summary>
    public bool IsUnknown { get; private set; }

    /// <summary>Waits until our end is released or in TIME-WAIT, and logs each state.</summary>
    public async Task WaitUntilClosedAsync()
    {
        TcpState reported = TcpState.Closed;
        await PollAsync(() =>
        {
            long queriedAt = Clock.Now;
            if (socket.Connection.LookUp() is not { } row) return null;
            if (row.State != reported) socket.Log.KernelStillHolds(row, queriedAt);
            reported = row.State;
            return IsClosed(row);
        });
    }

    /// <summary>
    /// Waits until both ends are released or in TIME-WAIT. A peer on another machine counts as closed.
    /// </summary>
    public Task WaitUntilBothClosedAsync() => PollAsync(() =>
    {
        if (socket.Connection.LookUp() is not { } ours) return null;
        return IsClosed(ours) && (socket.Connection.LookUpPeer() is not { } theirs || IsClosed(theirs));
    });

    /// <summary>
    /// Describes which side's FIN was first. A side that closed actively is usually in TIME-WAIT now.
    /// </summary>
    public string DescribeWhoseFinWasFirst() =>
        (socket.Connection.LookUp()?.State, socket.Connection.LookUpPeer()?.State) switch
        {
            (TcpState.Closed, TcpState.Closed or null) when TimeWaitTable.WhyNoEntry() is { } why =>
                $"whose FIN was first is unknown: no TIME-WAIT here, {why}",
            (TcpState.TimeWait, TcpState.TimeWait) => "the FINs crossed: TIME-WAIT on both sides",
            (TcpState.TimeWait, TcpState.Closed) => "our FIN was first: TIME-WAIT on our side only",
            (TcpState.Closed, TcpState.TimeWait) => "the server's FIN was first: TIME-WAIT on its side only",
            (TcpState.Closed, null) => "the server's FIN was first: no TIME-WAIT on our side",
            (TcpState.TimeWait, null) =>
                "our FIN was first, or the FINs crossed: only the server's machine could tell which",
            (TcpState.Closed, TcpState.Closed) =>
                "no TIME-WAIT on either side: a RST came, or the kernel's TIME-WAIT table is full",
            (null, _) => "this system does not report whose FIN was first",
            _ => "the close is not complete yet",
        };

    private async Task PollAsync(Func<bool?> isClosed)
    {
        long deadline = Clock.Deadline(timeout);
        while (true)
        {
            bool? answer = isClosed();
            IsUnknown = answer is null;
            if (answer != false) return;
            if (stop.IsCancellationRequested) Unconfirmed = "interrupted";
            else if (Clock.Now > deadline) Unconfirmed = $"no progress for {new Duration(timeout)} ({option})";
            if (Unconfirmed is not null) return;
            await Task.Delay(Interval, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static bool IsClosed(KernelConnectionTable.Row row) => row.State is TcpState.Closed or TcpState.TimeWait;
}
