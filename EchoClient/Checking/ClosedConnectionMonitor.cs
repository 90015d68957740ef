using System.Net.NetworkInformation;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace EchoClient.Checking;

/// <summary>
/// Waits for what the kernel still does for a connection whose socket is closed: no call of the program can learn that, but the
/// kernel's table has it.
/// </summary>
internal sealed class ClosedConnectionMonitor(ObservedSocket socket, TimeSpan timeout, CancellationToken stop)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Why the end of the connection was not seen: the time-out, an interrupt; null if it was seen, or if nothing waited.</summary>
    public string? Unconfirmed { get; private set; }

    /// <summary>Whether the kernel gave no answer.</summary>
    public bool IsUnknown { get; private set; }

    /// <summary>Waits until our kernel has nothing left to do: the connection is gone, or in TIME-WAIT.</summary>
    public async Task WaitUntilClosedAsync()
    {
        TcpState reported = TcpState.Closed;
        await PollAsync(() =>
        {
            long askedAt = Clock.Now;
            if (socket.Connection.LookUp() is not { } row) return null;
            if (row.State != reported) socket.Log.KernelStillHolds(row, askedAt);
            reported = row.State;
            return IsClosed(row);
        });
    }

    /// <summary>Waits until neither kernel has anything left to do. A peer on another machine is not asked.</summary>
    public Task WaitUntilBothClosedAsync() => PollAsync(() =>
        socket.Connection.LookUp() is { } ours ? IsClosed(ours) && (socket.Connection.LookUpPeer() is not { } theirs || IsClosed(theirs)) : null);

    private async Task PollAsync(Func<bool?> isClosed)
    {
        long deadline = Clock.Deadline(timeout);
        while (true)
        {
            bool? answer = isClosed();
            IsUnknown = answer is null;
            if (answer != false) return;
            if (stop.IsCancellationRequested) Unconfirmed = "interrupted";
            else if (Clock.Now > deadline) Unconfirmed = $"stuck for {new Duration(timeout)}";
            if (Unconfirmed is not null) return;
            await Task.Delay(Interval, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static bool IsClosed(KernelConnectionTable.Row row) => row.State is TcpState.Closed or TcpState.TimeWait;
}
