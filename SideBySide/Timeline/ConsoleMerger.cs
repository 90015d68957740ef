using Serilog.Events;
using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>
/// Merges the events of the two consoles by time, while they arrive. An event that the peer caused waits for the peer's
/// event. The times alone do not ensure this order: a program reads the clock after its call, so a program that the
/// system resumes late reads a late time.
/// </summary>
/// <param name="clock">The clock of the run.</param>
/// <param name="hasRelay">
/// Whether a relay is between the programs. With a relay the times alone decide, because the relay may itself cause an
/// event.
/// </param>
public sealed class ConsoleMerger(RunClock clock, bool hasRelay = false)
{
    // The maximum time that an event waits for its cause. A cause may never be reported: a kernel can reset a
    // connection on its own.
    private static readonly long CauseLimit = (long)TimeSpan.FromSeconds(1).TotalNanoseconds;

    private readonly Dictionary<Side, List<LogEvent>> _waiting =
        new() { [Side.Client] = [], [Side.Server] = [] };

    private readonly HashSet<(Side Side, ClosePhase Phase)> _taken = [];

    /// <summary>Adds an event of a console.</summary>
    public void Add(LogEvent e)
    {
        clock.Read(e);
        _waiting[ConsoleEventReader.SideOf(e)].Add(e);
    }

    /// <summary>Takes the next event.</summary>
    /// <param name="until">Later events are not taken yet: a console may still write an earlier one.</param>
    /// <returns>The event; null if none can be taken yet.</returns>
    public LogEvent? TakeNext(long until)
    {
        (Side Side, LogEvent Event, long At, bool IsEarly)[] next =
        [
            .. _waiting.Where(w => w.Value.Count > 0).Select(w => (Side: w.Key, Event: w.Value.MinBy(clock.TimeOf)!))
                .Select(n => (n.Side, n.Event, clock.TimeOf(n.Event), IsEarly(n.Side, n.Event)))
                .OrderBy(n => n.Item4).ThenBy(n => n.Item3),
        ];
        if (next is not [var first, ..] || first.At > (first.IsEarly ? until - CauseLimit : until)) return null;

        _waiting[first.Side].Remove(first.Event);
        if (PhaseOf(first.Event) is { } phase) _taken.Add((first.Side, phase));
        return first.Event;
    }

    // Whether an event must wait for its cause, an event of the other console.
    private bool IsEarly(Side side, LogEvent e)
    {
        if (hasRelay) return false;
        Side peer = side.Peer();
        ClosePhase[] causes = PhaseOf(e) switch
        {
            ClosePhase.Accepted => [ClosePhase.Connected],
            ClosePhase.Received => [ClosePhase.Sent],
            ClosePhase.FinRead => [ClosePhase.FinQueued, ClosePhase.SocketClosed],
            ClosePhase.ResetReceived => [ClosePhase.Aborted, ClosePhase.SocketClosed],
            _ => [],
        };
        return causes.Length > 0 && !causes.Any(cause => _taken.Contains((peer, cause)));
    }

    private static ClosePhase? PhaseOf(LogEvent e) =>
        Enum.TryParse(e.Get<string>("Phase"), out ClosePhase phase) ? phase : null;
}
