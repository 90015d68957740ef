using Load.Sockets;
using Load.Workloads;
using TcpClose.Kernel;

namespace Load.Running;

/// <summary>Runs the load on the calling thread, and checks the time limits.</summary>
internal sealed class LoadRun(LoadOptions options, Workload workload, EventLoop eventLoop, LoadProgress progress)
{
    private const int SweepMs = 50;

    private long _endsAt = long.MaxValue;

    /// <summary>The time at which the run began, in nanoseconds.</summary>
    public long BeganAt { get; private set; }

    /// <summary>The time at which the run ended, in nanoseconds.</summary>
    public long EndedAt { get; private set; }

    /// <summary>Called when the time is up or the run cannot proceed, before the connections finish.</summary>
    public Action? TimeUp { get; init; }

    /// <summary>Runs until every connection has ended, or until interrupted.</summary>
    public void Run(CancellationToken stop)
    {
        BeganAt = Clock.Now;
        for (long nextSweep = BeganAt; !eventLoop.IsDone && !stop.IsCancellationRequested;)
        {
            eventLoop.Poll(SweepMs);
            if (eventLoop.CannotProceed) Finish();
            if (Clock.Now is var now && now < nextSweep) continue;
            Sweep(now);
            nextSweep = now + (SweepMs * 1_000_000L);
        }

        EndedAt = Clock.Now;
        progress.Dispose();
    }

    private void Sweep(long now)
    {
        progress.Draw(now, eventLoop.Failures);
        if (_endsAt == long.MaxValue && workload.IsReady && options.Count is null)
            _endsAt = (workload is Idle ? now : BeganAt) + Nanoseconds(options.Duration);
        if (now >= _endsAt) Finish();

        long stuckSince = now - Nanoseconds(options.Timeout);
        foreach (Connection connection in eventLoop.Open)
            if (connection.MovedAt < stuckSince && !IsHeld(connection)) eventLoop.Fail(connection, Failure.TimeOut);
        eventLoop.ReplaceFailed();
    }

    // Whether the connection is silent on purpose. Then no time-out applies.
    private bool IsHeld(Connection connection) =>
        workload is Idle && !workload.IsOver && (connection.IsPaused || connection.Received == connection.SendLimit);

    private void Finish()
    {
        if (workload.IsOver) return;
        TimeUp?.Invoke();
        workload.Finish();
        long now = Clock.Now;
        foreach (Connection connection in eventLoop.Open)
        {
            workload.OnTimeUp(connection);
            connection.Touch(now);
            eventLoop.Advance(connection);
        }
    }

    private static long Nanoseconds(TimeSpan time) => time.Ticks * 100;
}
