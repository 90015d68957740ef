using PathCheck.Relaying;
using TcpClose.Events;
using TcpClose.Kernel;

namespace PathCheck.Faults;

/// <summary>
/// A certain time after the first FIN, discards everything that the other side sends. Neither end is informed, as when
/// a firewall has deleted its entry for the connection.
/// </summary>
internal sealed class SilentAfter(TimeSpan time) : Fault
{
    /// <summary>
    /// How long after the FIN's arrival forwarding stopped; null if it did not. On a busy machine that is late.
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
        direction.Note($"forwards nothing more, {new Duration(time)} after the {direction.Sender.Name()}'s FIN");
        direction.Back.IsSilent = true;
    }
}
