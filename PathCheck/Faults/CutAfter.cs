using PathCheck.Relaying;
using TcpClose.Events;

namespace PathCheck.Faults;

/// <summary>Closes both connections a certain time after the first FIN.</summary>
internal sealed class CutAfter(TimeSpan time) : AfterFin(time)
{
    protected override void Act(RelayDirection direction)
    {
        direction.Note($"closes both connections {new Duration(Time)} after the {direction.Sender.Name()}'s FIN");
        direction.CloseBoth();
    }
}
