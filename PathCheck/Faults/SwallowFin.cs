using PathCheck.Relaying;
using TcpClose.Events;

namespace PathCheck.Faults;

/// <summary>Does not forward a FIN. Both connections stay open.</summary>
internal sealed class SwallowFin : Fault
{
    public override Task OnFinAsync(RelayDirection direction)
    {
        direction.Note($"does not forward the {direction.Sender.Name()}'s FIN");
        return direction.StandStillAsync();
    }
}
