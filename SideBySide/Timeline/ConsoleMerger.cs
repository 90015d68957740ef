using Serilog.Events;
using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>
/// Merges the events of the two consoles while they arrive. Their times decide, except that what reports something
/// from the peer follows the peer's event that caused it. Each program reads the time after its call, so the one that
/// the system lets continue later also reads a later time.
/// </summary>
public sealed class ConsoleMerger(RunClock clock)
{
    // How long an event is held back for its cause, which may never be reported: a kernel can reset a connection too.
    private static readonly long CauseLimit = (long)TimeSpan.FromSeconds(1).TotalNanoseconds;

    private readonly Dictionary<Side, PriorityQueue<LogEvent, (long At, int Number)>> _waiting =
        new() { [Side.Client] = new(), [Side.Server] = new() };

    private readonly HashSet<(Side Side, ClosePhase Phase)> _taken = [];
    private int _number;

    /// <summary>Adds an event that a console has written.</summary>
    public void Add(LogEvent e)
    {
        clock.Read(e);
        _waiting[ConsoleEventReader.SideOf(e)].Enqueue(e, (clock.TimeOf(e), _number++));
    }

    /// <summary>Takes the next event.</summary>
    /// <param name="until">Its time at most: a console may still write an event that precedes a later one.</param>
    /// <returns>The event; null if the next one is later, or waits for its cause.</returns>
    public LogEvent? TakeNext(long until)
    {
        Side[] sides = [.. _waiting.Where(w => w.Value.Count > 0).Select(w => w.Key)
            .OrderBy(IsEarly).ThenBy(side => Head(side).At)];
        if (sides is not [var first, ..] || Head(first).At > (IsEarly(first) ? until - CauseLimit : until)) return null;

        LogEvent next = _waiting[first].Dequeue();
        if (PhaseOf(next) is { } phase) _taken.Add((first, phase));
        return next;
    }

    // Whether the head of a console's queue reports something that the other console has not reported as done yet.
    private bool IsEarly(Side side)
    {
        Side peer = side.Peer();
        ClosePhase[] causes = PhaseOf(_waiting[side].Peek()) switch
        {
            ClosePhase.Accepted => [ClosePhase.Connected],
            ClosePhase.Received => [ClosePhase.Sent],
            ClosePhase.FinRead => [ClosePhase.FinQueued, ClosePhase.SocketClosed],
            ClosePhase.ResetReceived => [ClosePhase.Aborted, ClosePhase.SocketClosed],
            _ => [],
        };
        return causes.Length > 0 && !causes.Any(cause => _taken.Contains((peer, cause)));
    }

    private (long At, int Number) Head(Side side) => _waiting[side].TryPeek(out _, out var key) ? key : default;

    private static ClosePhase? PhaseOf(LogEvent e) =>
        Enum.TryParse(e.Get<string>("Phase"), out ClosePhase phase) ? phase : null;
}
