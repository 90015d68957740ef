using PathCheck.Relaying;
using TcpClose.Events;

namespace PathCheck.Faults;

/// <summary>Forwards a RST as a FIN. What the other side still sends is discarded.</summary>
internal sealed class ResetToFin : Fault
{
    public override Task OnResetAsync(RelayDirection direction)
    {
        direction.Note($"sends a FIN instead of the {direction.Sender.Name()}'s RST");
        if (direction.To.End is null) direction.ForwardFin();
        direction.Back.IsSilent = true;
        return Task.CompletedTask;
    }
}
