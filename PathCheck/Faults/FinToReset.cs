using PathCheck.Relaying;
using TcpClose.Events;

namespace PathCheck.Faults;

/// <summary>Sends a RST where a FIN has arrived.</summary>
internal sealed class FinToReset : Fault
{
    public override Task OnFinAsync(RelayDirection direction)
    {
        direction.To.Abort($"fault: a RST instead of the {direction.Sender.Name()}'s FIN");
        return Task.CompletedTask;
    }
}
