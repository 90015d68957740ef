using System.Net.NetworkInformation;
using Serilog.Events;
using SideBySide.Drawing;
using TcpClose;

namespace SideBySide;

/// <summary>All that was seen of one connection by the witnesses that there were.</summary>
/// <param name="ClientPort">The client's port.</param>
/// <param name="Events">What the consoles said.</param>
/// <param name="Client">The kernel's trace of the client's socket; null where there was no trace.</param>
/// <param name="Server">The same of the server's socket.</param>
/// <param name="Segments">What was on the wire; null where there was no capture.</param>
public sealed record Observation(
    int ClientPort, IReadOnlyList<LogEvent> Events, SocketHistory? Client, SocketHistory? Server, IReadOnlyList<SegmentMoment>? Segments)
{
    /// <summary>Everything in one order.</summary>
    public IReadOnlyList<Moment> Timeline()
    {
        StateMoment[] looks = [.. Events.Select(Calls.Look).OfType<StateMoment>()];
        IEnumerable<StateMoment> states = [.. StatesOf(Side.Client, Client, looks), .. StatesOf(Side.Server, Server, looks)];
        return SideBySide.Timeline.Merge([.. Events.Select(Calls.Read).OfType<Moment>(), .. states], Segments ?? []);
    }

    /// <summary>The picture.</summary>
    public Ladder Ladder() => Drawing.Ladder.Of(Timeline(), Beginning());

    private Dictionary<Side, TcpState> Beginning()
    {
        var states = new Dictionary<Side, TcpState>();
        if (Client is { Transitions: [var first, ..] }) states[Side.Client] = first.From;
        if (Server is { Transitions: [var accepted, ..] }) states[Side.Server] = accepted.From;
        return states;
    }

    private static IReadOnlyList<StateMoment> StatesOf(Side side, SocketHistory? history, IReadOnlyList<StateMoment> looks) =>
        history is null ? States.FromLooks(side, looks) : States.FromTrace(history, side, looks);
}
