using Load.Sockets;
using Load.Workloads;
using TcpClose.Kernel;

namespace Load.Running;

/// <summary>One thread, one loop, until all is done: what the kernel says, and now and then the time.</summary>
internal sealed class LoadRun(LoadOptions options, Workload mode, EventLoop driver, LoadProgress progress)
{
    private const int SweepMs = 50;

    private long _endsAt = long.MaxValue;

    /// <summary>When it began and when the last connection had ended, in nanoseconds.</summary>
    public long BeganAt { get; private set; }

    public long EndedAt { get; private set; }

    /// <summary>Called once, when the time is over and nothing has been finished yet.</summary>
    public Action? Over { get; init; }

    /// <summary>Runs until all is done, or until it is interrupted.</summary>
    public void Run(CancellationToken stop)
    {
        BeganAt = Clock.Now;
        for (long nextSweep = BeganAt; !driver.IsDone && !stop.IsCancellationRequested;)
        {
            driver.Poll(SweepMs);
            if (driver.CannotProceed) Finish();
            if (Clock.Now is var now && now < nextSweep) continue;
            Sweep(now);
            nextSweep = now + (SweepMs * 1_000_000L);
        }

        EndedAt = Clock.Now;
        progress.Dispose();
    }

    private void Sweep(long now)
    {
        progress.Draw(now, driver.Failures);
        if (_endsAt == long.MaxValue && mode.IsReady && options.Count is null)
            _endsAt = (mode is Idle ? now : BeganAt) + Nanoseconds(options.Duration);
        if (now >= _endsAt) Finish();

        long stuckSince = now - Nanoseconds(options.Timeout);
        foreach (Connection connection in driver.Open)
            if (connection.MovedAt < stuckSince && !IsHeld(connection)) driver.Fail(connection, Failure.TimeOut);
        driver.BeginAgain();
    }

    // Silence that the mode has asked for.
    private bool IsHeld(Connection connection) => mode is Idle && !mode.IsOver && (connection.IsPaused || connection.Received == connection.Goal);

    private void Finish()
    {
        if (mode.IsOver) return;
        Over?.Invoke();
        mode.Finish();
        long now = Clock.Now;
        foreach (Connection connection in driver.Open)
        {
            mode.Over(connection);
            connection.Touch(now);
            driver.Advance(connection);
        }
    }

    private static long Nanoseconds(TimeSpan time) => time.Ticks * 100;
}
