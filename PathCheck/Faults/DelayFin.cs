using PathCheck.Relaying;
using TcpClose.Events;

namespace PathCheck.Faults;

/// <summary>Forwards a FIN a certain time after it has arrived.</summary>
internal sealed class DelayFin(TimeSpan time) : Fault
{
    public override async Task OnFinAsync(RelayDirection direction)
    {
        direction.Note($"holds back the {direction.Sender.Name()}'s FIN for {new Duration(time)}");
        await Task.Delay(time);
        await base.OnFinAsync(direction);
    }
}
