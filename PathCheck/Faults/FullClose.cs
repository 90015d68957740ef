using PathCheck.Relaying;

namespace PathCheck.Faults;

/// <summary>Treats a FIN as the end of both directions: forwards it, and closes both connections.</summary>
internal sealed class FullClose() : AfterFin(TimeSpan.Zero)
{
    protected override void Act(RelayDirection direction)
    {
        direction.Note("closes both connections after the first FIN");
        direction.CloseBoth();
    }
}
