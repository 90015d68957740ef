using PathCheck.Relaying;
using TcpClose.Events;

namespace PathCheck.Faults;

/// <summary>
/// A certain time after a FIN, begins to discard everything that the other side sends. A firewall that has deleted its
/// entry for the connection does the same.
/// </summary>
internal sealed class SilentAfter(TimeSpan time) : AfterFin(time)
{
    protected override void Act(RelayDirection direction)
    {
        direction.Note($"forwards nothing more, {new Duration(Time)} after the {direction.Sender.Name()}'s FIN");
        direction.Back.IsSilent = true;
    }
}
