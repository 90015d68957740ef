using PathCheck.Relaying;
using TcpClose.Events;

namespace PathCheck.Faults;

/// <summary>Does not forward a RST. The other side keeps its connection; what it sends is discarded.</summary>
internal sealed class SwallowReset : Fault
{
    public override Task OnResetAsync(RelayDirection direction)
    {
        direction.Note($"does not forward the {direction.Sender.Name()}'s RST");
        direction.Back.IsSilent = true;
        return Task.CompletedTask;
    }
}
