using PathCheck.Relaying;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace PathCheck.Faults;

/// <summary>Closes both connections when nothing has arrived from either side for a certain time.</summary>
internal sealed class IdleCut(TimeSpan time) : Fault
{
    public override void OnStart(RelayDirection direction) => _ = WatchAsync(direction);

    private async Task WatchAsync(RelayDirection direction)
    {
        while (direction.From.End is null)
        {
            TimeSpan idle = Clock.Since(Math.Max(direction.LastArrivalAt, direction.Back.LastArrivalAt));
            if (idle >= time)
            {
                Close(direction);
                return;
            }

            await Task.Delay(time - idle);
        }
    }

    private void Close(RelayDirection direction)
    {
        if (direction.IsFinRead && direction.Back.IsFinRead) return;
        direction.Note($"closes both connections after {new Duration(time)} of silence");
        try
        {
            direction.CloseBoth();
        }
        catch (ConnectionEndedException)
        {
            // It was reset at the same moment.
        }
    }
}
