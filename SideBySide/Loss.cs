using System.Globalization;

namespace SideBySide;

/// <summary>What a show loses on purpose: <c>fin</c>, <c>last-ack:3</c>.</summary>
internal sealed class Loss(LostSegment segment, int times)
{
    /// <summary>More than this would take minutes: each repetition waits twice as long as the one before.</summary>
    public const int MostTimes = 5;

    private SegmentLoss? _rule;

    /// <summary>Its name.</summary>
    public string Name => segment.Name();

    /// <summary>What can be lost, by name.</summary>
    public static IEnumerable<string> Names => Enum.GetValues<LostSegment>().Where(s => s != LostSegment.Every).Select(s => s.Name());

    /// <summary>Reads <c>NAME</c> or <c>NAME:TIMES</c>.</summary>
    public static bool TryParse(string text, out Loss? loss)
    {
        loss = null;
        string[] parts = text.Split(':', 2);
        int times = 1;
        if (!Names.Contains(parts[0]) || (parts.Length > 1 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out times))) return false;
        if (times is < 1 or > MostTimes) return false;
        loss = new Loss(LostSegments.Parse(parts[0])!.Value, times);
        return true;
    }

    /// <summary>Begins to lose it.</summary>
    public async Task BeginAsync(NetworkNamespace inside, int port) => _rule = await SegmentLoss.BeginAsync(inside, port, segment, times);

    /// <summary>Marks what was lost, as far as the kernel's counter says.</summary>
    public async Task<IReadOnlyList<SegmentMoment>> MarkAsync(IReadOnlyList<SegmentMoment> captured)
    {
        HashSet<SegmentMoment> lost = new(segment.Among(captured, _rule is null ? 0 : await _rule.CountAsync()), ReferenceEqualityComparer.Instance);
        return [.. captured.Select(s => s with { IsLost = lost.Contains(s) })];
    }
}
