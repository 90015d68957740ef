using PathCheck.Relaying;

namespace PathCheck.Faults;

/// <summary>Treats a FIN as the end of both directions: forwards it, and closes both connections.</summary>
internal sealed class FullClose : Fault
{
    public override async Task OnFinAsync(RelayDirection direction)
    {
        await base.OnFinAsync(direction);
        if (direction.Back.IsFinRead) return;
        direction.Note("closes both connections after the first FIN");
        direction.CloseBoth();
    }
}
