using Serilog.Events;
using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>
/// Merges the events of the two consoles while they arrive. They are ordered by time, but an event that the peer caused
/// is held back until the peer's event has been taken. The times alone do not ensure this order: each program reads the
/// clock after its call, so a program that the system resumes late also reads a late time.
/// </summary>
/// <param name="clock">The clock of the run.</param>
/// <param name="hasRelay">
/// Whether a relay is between the programs. A relay may cause an event that the other program did not cause, so with a
/// relay the times alone decide.
/// </param>
public sealed class ConsoleMerger(RunClock clock, bool hasRelay = false)
{
    // The maximum time that an event is held back for its cause. The cause may never be reported: a kernel can reset a
    // connection on its own.
    private static readonly long CauseLimit = (long)TimeSpan.FromSeconds(1).TotalNanoseconds;

    private readonly Dictionary<Side, List<LogEvent>> _waiting =
        new() { [Side.Client] = [], [Side.Server] = [] };

    private readonly HashSet<(Side Side, ClosePhase Phase)> _taken = [];

    /// <summary>Adds an event that a console has written.</summary>
    public void Add(LogEvent e)
    {
        clock.Read(e);
        _waiting[ConsoleEventReader.SideOf(e)].Add(e);
    }

    /// <summary>Takes the next event.</summary>
    /// <param name="until">
    /// Events after this time are not taken yet, because a console may still write an event that precedes them.
    /// </param>
    /// <returns>
    /// The event; null if there is none, or if the next one is after <paramref name="until"/> or waits for its cause.
    /// </returns>
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

    // Whether an event waits for its cause, which is an event of the other console that has not been taken yet.
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
