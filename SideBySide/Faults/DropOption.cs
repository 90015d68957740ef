using System.Globalization;
using SideBySide.Timeline;
using SideBySide.Tools;

namespace SideBySide.Faults;

/// <summary>The value of <c>--lose</c>: the segment to drop, and how often (<c>fin</c>, <c>last-ack:3</c>).</summary>
internal sealed class DropOption(SegmentKind segment, int times)
{
    /// <summary>
    /// The maximum number of times that the segment can be dropped. Six losses of a SYN could take a minute.
    /// </summary>
    public const int MaxTimes = 5;

    private NftDropRule? _rule;

    /// <summary>The name of the segment.</summary>
    public string Name => segment.Name();

    /// <summary>The names of the segments that can be dropped.</summary>
    public static IEnumerable<string> Names =>
        Enum.GetValues<SegmentKind>().Where(s => s != SegmentKind.Every).Select(s => s.Name());

    /// <summary>Parses <c>NAME</c> or <c>NAME:TIMES</c>.</summary>
    public static bool TryParse(string text, out DropOption? loss)
    {
        loss = null;
        string[] parts = text.Split(':', 2);
        int times = 1;
        if (!Names.Contains(parts[0])
            || (parts.Length > 1
                && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out times))) return false;
        if (times is < 1 or > MaxTimes) return false;
        loss = new DropOption(SegmentKinds.Parse(parts[0])!.Value, times);
        return true;
    }

    /// <summary>Begins to drop the segment.</summary>
    public async Task StartAsync(NetworkNamespace inside, int port) =>
        _rule = await NftDropRule.StartAsync(inside, port, segment, times);

    /// <summary>Marks the dropped segments. The kernel has counted them.</summary>
    public async Task<IReadOnlyList<SegmentEvent>> MarkAsync(IReadOnlyList<SegmentEvent> captured)
    {
        HashSet<SegmentEvent> lost = new(segment.Among(captured, _rule is null ? 0 : await _rule.CountAsync()),
            ReferenceEqualityComparer.Instance);
        return [.. captured.Select(s => s with { IsLost = lost.Contains(s) })];
    }
}
