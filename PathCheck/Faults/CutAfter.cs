using PathCheck.Relaying;
using TcpClose.Events;
using TcpClose.Kernel;

namespace PathCheck.Faults;

/// <summary>Closes both connections a certain time after the first FIN, although data may still flow.</summary>
internal sealed class CutAfter(TimeSpan time) : Fault
{
    /// <summary>
    /// How long after the FIN's arrival the connection was cut; null if it was not. On a busy machine the cut is late.
    /// </summary>
    public TimeSpan? CutAt { get; private set; }

    public override async Task OnFinAsync(RelayDirection direction)
    {
        long readAt = Clock.Now;
        TimeSpan before = direction.From.SinceLastSegment ?? TimeSpan.Zero;
        await base.OnFinAsync(direction);
        await Task.Delay(time);
        if (direction.Back.IsFinRead) return;
        CutAt = before + Clock.Since(readAt);
        direction.Note($"closes both connections {new Duration(time)} after the {direction.Sender.Name()}'s FIN");
        direction.CloseBoth();
    }
}
