using TcpClose.Kernel;

namespace PathCheck;

/// <summary>
/// Detects pauses of this process: it was stopped (SIGSTOP, <c>docker pause</c>), or it got no processor time. A thread
/// wakes up at a short interval and measures how late it is.
/// </summary>
internal sealed class PauseDetector
{
    /// <summary>Shorter pauses are normal on a busy machine, and not recorded.</summary>
    public static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(100);

    private const int MaxPauses = 256;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();
    private readonly Queue<(long EndedAt, TimeSpan Length)> _pauses = [];
    private readonly Func<long> _now;
    private long _lastBeat;

    /// <param name="now">The clock, in nanoseconds.</param>
    internal PauseDetector(Func<long> now) => (_now, _lastBeat) = (now, now());

    /// <summary>The detector of this process. Its thread starts at the first use.</summary>
    public static PauseDetector OfProcess { get; } = Start();

    /// <summary>The longest pause that ended within this time; zero if there was none.</summary>
    public TimeSpan LongestSince(TimeSpan ago)
    {
        long from = _now() - (long)ago.TotalNanoseconds;
        lock (_lock)
        {
            // A pause that has just ended may not be recorded yet, so the current delay counts too.
            TimeSpan longest = Late();
            foreach ((long endedAt, TimeSpan length) in _pauses)
                if (endedAt >= from && length > longest) longest = length;
            return longest >= MinPause ? longest : TimeSpan.Zero;
        }
    }

    /// <summary>Records that the thread has run.</summary>
    internal void Beat()
    {
        lock (_lock)
        {
            if (Late() is var late && late >= MinPause)
            {
                if (_pauses.Count == MaxPauses) _pauses.Dequeue();
                _pauses.Enqueue((_now(), late));
            }

            _lastBeat = _now();
        }
    }

    private static PauseDetector Start()
    {
        var detector = new PauseDetector(() => Clock.Now);
        new Thread(() =>
        {
            while (true)
            {
                Thread.Sleep(Interval);
                detector.Beat();
            }
        })
        { IsBackground = true, Name = "pause detector", Priority = ThreadPriority.AboveNormal }.Start();
        return detector;
    }

    // How late the thread is now.
    private TimeSpan Late() => TimeSpan.FromMicroseconds((_now() - _lastBeat) / 1000.0) - Interval;
}
