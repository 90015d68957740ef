using System.Globalization;
using System.Net.NetworkInformation;
using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Drawing;

/// <summary>
/// The layout of a ladder diagram: time runs downwards, the client is on the left, the server on the right. The text
/// and the SVG draw the same rows.
/// </summary>
public sealed class Ladder
{
    private static readonly TimeSpan MaxTenths = TimeSpan.FromMilliseconds(100);

    private Ladder(IReadOnlyList<LadderRow> rows, long zero)
    {
        Rows = rows;
        Zero = zero;
    }

    /// <summary>Which connection this is.</summary>
    public Leg Leg { get; private set; }

    /// <summary>The rows, from top to bottom.</summary>
    public IReadOnlyList<LadderRow> Rows { get; }

    /// <summary>
    /// The beginning of the picture, in nanoseconds: since 1970 for a capture file, otherwise on the monotonic clock.
    /// It is the time of the client's SYN, or else of <c>Connect</c>, or else of the first row.
    /// </summary>
    public long Zero { get; }

    /// <summary>The state in which each side began, if it is known.</summary>
    public required IReadOnlyDictionary<Side, TcpState> InitialStates { get; init; }

    /// <summary>The name of the state in which a side began; empty if it is unknown.</summary>
    public string InitialName(Side side) => InitialStates.TryGetValue(side, out TcpState state)
        ? LadderRow.Name(state, IsInferred ? StateSource.Inferred : StateSource.Kernel)
        : "";

    /// <summary>Whether the states of at least one side come from the kernel's trace.</summary>
    public bool IsTraced { get; private set; }

    /// <summary>Whether the states were inferred from a capture.</summary>
    public bool IsInferred { get; init; }

    /// <summary>
    /// The time of a row, in milliseconds since <paramref name="zero"/>. For a short connection of a capture, it has
    /// tenths.
    /// </summary>
    public string TimeOf(LadderRow row, long zero) => IsInferred && Rows[^1].At - zero < MaxTenths.TotalNanoseconds
        ? ((row.At - zero) / TimeSpan.NanosecondsPerTick / (double)TimeSpan.TicksPerMillisecond)
            .ToString("0.0", CultureInfo.InvariantCulture)
        : RunClock.Milliseconds(row.At - zero);

    /// <summary>The name of a side's program: <c>client</c>, <c>server</c> or <c>relay</c>.</summary>
    public string NameOf(Side side) => new LegEnd(Leg, side).Name;

    /// <summary>Lays out a run.</summary>
    public static Ladder Of(ObservedRun run)
    {
        Ladder ladder = Of(run.Timeline(), run.InitialStates());
        ladder.IsTraced = run.Client is not null || run.Server is not null;
        ladder.Leg = run.Leg;
        return ladder;
    }

    /// <summary>Distributes events over rows.</summary>
    /// <param name="timeline">The events, as <see cref="TimelineMerger.Merge"/> returns them.</param>
    /// <param name="beginning">The state of each side before the first event.</param>
    /// <param name="isInferred">Whether the states were inferred from a capture.</param>
    public static Ladder Of(IReadOnlyList<TimelineEvent> timeline, IReadOnlyDictionary<Side, TcpState> beginning,
        bool isInferred = false)
    {
        var rows = new List<LadderRow>();
        foreach (TimelineEvent entry in timeline)
        {
            if (rows.Count > 0 && rows[^1].TryAdd(entry)) continue;
            var row = new LadderRow(entry.At);
            row.TryAdd(entry);
            rows.Add(row);
        }

        int number = 0;
        foreach (LadderRow row in rows.Where(r => r.Segment is not null))
            row.Number = row.Segment!.Segment.Frame is var frame and > 0 ? frame : ++number;
        foreach (LadderRow row in rows.Where(r => r.Segment is { } s && s.Has("FIN") && !s.Segment.IsRetransmission))
            row.SentAt = CallAbove(rows, row);
        return new Ladder(rows, ZeroOf(rows)) { InitialStates = beginning, IsInferred = isInferred };
    }

    /// <summary>
    /// Among the first <paramref name="count"/> rows, the last one in which a state of a side begins; null if there is
    /// none.
    /// </summary>
    internal LadderRow? LastChange(Side side, int count) =>
        Rows.Take(count).LastOrDefault(r => r.States.ContainsKey(side));

    /// <summary>The same connection with other rows.</summary>
    internal Ladder WithRows(IReadOnlyList<LadderRow> rows) => new(rows, Zero)
    {
        Leg = Leg,
        InitialStates = InitialStates,
        IsTraced = IsTraced,
        IsInferred = IsInferred,
    };

    // The index of an earlier row whose call queued the FIN. Null if there is none, or if the sender has a call in the
    // FIN's own row.
    private static int? CallAbove(List<LadderRow> rows, LadderRow fin)
    {
        Side side = fin.Segment!.Side;
        int at = rows.FindIndex(r => r.Segment is null && r.Calls.TryGetValue(side, out CallEvent? call)
            && call.Phase == ClosePhase.FinQueued);
        return at >= 0 && at < rows.IndexOf(fin) && !fin.Calls.ContainsKey(side) ? at : null;
    }

    private static long ZeroOf(List<LadderRow> rows) =>
        (rows.FirstOrDefault(r => r.Segment is { Side: Side.Client } s && s.Has("SYN"))
            ?? rows.FirstOrDefault(r => r.Calls.Values.Any(c => c.Phase == ClosePhase.Connecting))
            ?? rows.FirstOrDefault())?.At ?? 0;
}
