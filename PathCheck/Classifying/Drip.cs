using PathCheck.Protocol;

namespace PathCheck.Classifying;

/// <summary>A transfer of single bytes. A silence of <paramref name="Interval"/> precedes each byte.</summary>
internal sealed record Drip(TimeSpan Interval, long Count)
{
    private const int StepsOfTimeout = 4, TimesTimeout = 3, MaxWithoutInterval = 1000;

    /// <summary>Longer than the longest silence that <c>--hold</c> allows.</summary>
    private static readonly TimeSpan MaxLength = TimeSpan.FromMinutes(13);

    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(0.5), Longer = TimeSpan.FromSeconds(1),
        MinInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>Whether the interval is a quarter of a known time-out.</summary>
    public bool IsPartOfTimeout { get; init; }

    /// <summary>How long the transfer takes.</summary>
    public TimeSpan Length => Interval * Count;

    /// <summary>The transfer takes at least one second longer than the silence.</summary>
    public static Drip LongerThan(TimeSpan silence) =>
        new(Usual, (long)Math.Ceiling((silence + Longer) / Usual));

    /// <summary>Whether the silences are much shorter than the time-out, and the whole transfer is longer.</summary>
    public bool Tests(TimeSpan timeout) => Interval <= timeout / 2 && Length >= timeout * 1.5;

    /// <summary>
    /// A byte each quarter of the time-out, for three times as long as the time-out, but at most for
    /// <see cref="MaxLength"/>.
    /// </summary>
    public static Drip For(TimeSpan timeout) => Within(timeout, timeout * TimesTimeout);

    /// <summary>
    /// A byte each quarter of the time-out, for the given length of time, but at most for <see cref="MaxLength"/>.
    /// </summary>
    public static Drip Within(TimeSpan timeout, TimeSpan length)
    {
        TimeSpan interval = timeout / StepsOfTimeout > MinInterval ? timeout / StepsOfTimeout : MinInterval;
        return new Drip(interval, (long)Math.Ceiling(length / interval)).Limited() with { IsPartOfTimeout = true };
    }

    /// <summary>The same transfer, with fewer bytes if it would take too long.</summary>
    public Drip Limited() => this with
    {
        Count = Math.Min(Count, Interval > TimeSpan.Zero ? (long)(MaxLength / Interval) : MaxWithoutInterval),
    };

    /// <summary>The effect of a path that has let only some of the bytes pass.</summary>
    /// <param name="received">The number of bytes that arrived.</param>
    /// <param name="cut">The time from the FIN to the cut; null if neither end observed it.</param>
    /// <param name="immediate">A cut within this time is no time-out.</param>
    /// <param name="hasReset">Whether either end was reset.</param>
    public PathEffect EffectOf(long received, TimeSpan? cut, TimeSpan immediate, bool hasReset) =>
        cut <= immediate ? PathEffect.FullClose

        // Everything was sent and the stream ended normally, but the last bytes did not arrive.
        : cut >= Length - TimingTolerance.Grain && !hasReset ? PathEffect.LostSilently
        : received == 0 || cut < Interval ? PathEffect.Cut
        : PathEffect.CutDespiteData;

    /// <summary>The time to report for an effect.</summary>
    public static TimeSpan? TimeOf(PathEffect effect, TimeSpan? cut) =>
        effect.IsCut ? cut : null;

    /// <summary>
    /// The times, from the FIN, of the last byte that arrived and of the next byte. The cut came between them. Null if
    /// an end observed the cut, or if there was none. A pause of the sender may have delayed the next byte.
    /// </summary>
    public (TimeSpan From, TimeSpan To)? TimeBetween(
        PathEffect effect, long received, TimeSpan? cut, TimeSpan pause) =>
        cut is null && effect.IsCut
            ? (Interval * received, (Interval * (received + 1)) + (pause > TimingTolerance.Grain ? pause : default))
            : null;

    /// <summary>What the two ends observed.</summary>
    public string Evidence(long received, NearObservation near, ConnectionReport report, PathEffect effect)
    {
        string bytes = received == Count ? $"all {Count} bytes arrived" : $"{received} of {Count} bytes arrived";
        string pace = $"{bytes}, one each {Classifying.Evidence.Time(Interval)}"
            + (IsPartOfTimeout ? " (a quarter of the cut's time)" : "");
        return effect == PathEffect.Preserved ? pace : $"{pace}; {Classifying.Evidence.BothEnds(near, report)}";
    }
}
