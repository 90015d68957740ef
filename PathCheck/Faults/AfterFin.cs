using PathCheck.Relaying;
using TcpClose.Kernel;

namespace PathCheck.Faults;

/// <summary>Forwards a FIN, and acts a certain time later, unless the other side has sent its FIN by then.</summary>
internal abstract class AfterFin(TimeSpan time) : Fault
{
    /// <summary>
    /// How long after the FIN the fault acted; null if it did not act. On a busy machine it acts later than configured.
    /// </summary>
    public TimeSpan? DoneAfter { get; private set; }

    protected TimeSpan Time => time;

    public override async Task OnFinAsync(RelayDirection direction)
    {
        long readAt = Clock.Now;
        TimeSpan before = direction.From.SinceLastSegment ?? TimeSpan.Zero;
        await base.OnFinAsync(direction);
        await Task.Delay(time);
        if (direction.Back.IsFinRead) return;
        DoneAfter = before + Clock.Since(readAt);
        Act(direction);
    }

    /// <summary>Logs what is done, and does it.</summary>
    protected abstract void Act(RelayDirection direction);
}
