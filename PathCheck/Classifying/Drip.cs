using PathCheck.Protocol;

namespace PathCheck.Classifying;

/// <summary>A transfer of single bytes with a silence before each, and what it means if it is cut.</summary>
/// <param name="Interval">The silence before each byte.</param>
/// <param name="Count">The number of bytes.</param>
internal sealed record Drip(TimeSpan Interval, long Count)
{
    private const int StepsOfTimeout = 4, TimesTimeout = 3, MaxWithoutInterval = 1000;

    /// <summary>The maximum length: longer than the longest silence that <c>--hold</c> allows.</summary>
    private static readonly TimeSpan MaxLength = TimeSpan.FromMinutes(13);

    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(0.5), Longer = TimeSpan.FromSeconds(1),
        MinInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>Whether the interval is a quarter of a time-out that was found before.</summary>
    public bool IsPartOfTimeout { get; init; }

    /// <summary>How long the transfer takes.</summary>
    public TimeSpan Length => Interval * Count;

    /// <summary>A byte each half second. The transfer takes at least one second longer than the silence.</summary>
    public static Drip LongerThan(TimeSpan silence) =>
        new(Usual, (long)Math.Ceiling((silence + Longer) / Usual));

    /// <summary>
    /// Whether each silence is at most half the time-out, and the transfer at least 1.5 times as long as the time-out.
    /// </summary>
    public bool Tests(TimeSpan timeout) => Interval <= timeout / 2 && Length >= timeout * 1.5;

    /// <summary>
    /// A byte each quarter of the time-out. The transfer takes three times as long as the time-out, but at most
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

    /// <summary>The same transfer, but with fewer bytes if it would take too long.</summary>
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

        // The sender sent everything and the stream ended normally, but the last bytes did not arrive.
        : cut >= Length - TimingTolerance.Grain && !hasReset ? PathEffect.LostSilently
        : received == 0 || cut < Interval ? PathEffect.Cut
        : PathEffect.CutDespiteData;

    /// <summary>The time to report for an effect.</summary>
    public static TimeSpan? TimeOf(PathEffect effect, TimeSpan? cut) =>
        effect.IsCut ? cut : null;

    /// <summary>
    /// The times between which the cut came, if the effect is a cut that neither end observed; otherwise null. They are
    /// counted from the FIN: the time of the last byte that arrived (0 if none did), and the time of the next byte. A
    /// pause of the sender's process may have delayed the next byte.
    /// </summary>
    /// <param name="effect">The effect.</param>
    /// <param name="received">The number of bytes that arrived.</param>
    /// <param name="cut">The time from the FIN to the cut; null if neither end observed it.</param>
    /// <param name="pause">The longest pause of the sender's process.</param>
    public (TimeSpan From, TimeSpan To)? TimeBetween(
        PathEffect effect, long received, TimeSpan? cut, TimeSpan pause) =>
        cut is null && effect.IsCut
            ? (Interval * received, (Interval * (received + 1)) + (pause > TimingTolerance.Grain ? pause : default))
            : null;

    /// <summary>What the two ends observed, as text.</summary>
    public string Evidence(long received, NearObservation near, ConnectionReport report, PathEffect effect)
    {
        string bytes = received == Count ? $"all {Count} bytes arrived" : $"{received} of {Count} bytes arrived";
        string pace = $"{bytes}, one each {Classifying.Evidence.Time(Interval)}"
            + (IsPartOfTimeout ? " (a quarter of the cut's time)" : "");
        return effect == PathEffect.Preserved ? pace : $"{pace}; {Classifying.Evidence.BothEnds(near, report)}";
    }
}
