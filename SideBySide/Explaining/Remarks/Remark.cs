using SideBySide.Captures;

namespace SideBySide.Explaining.Remarks;

/// <summary>Something remarkable in a connection of a capture.</summary>
/// <param name="Kind">Its name, which scripts may rely on.</param>
/// <param name="Frames">The frames that show it.</param>
/// <param name="Sentence">The remark in plain words.</param>
internal sealed record Remark(string Kind, IReadOnlyList<int> Frames, string Sentence)
{
    private const int MaxFramesInText = 6;

    private readonly int? _count;

    /// <summary>How many frames show it, even if not all are in the list.</summary>
    public int Count
    {
        get => _count ?? Frames.Count;
        init => _count = value;
    }

    /// <summary>Its frames as text.</summary>
    public string FrameNumbers => Numbers(Frames, Count);

    /// <summary>The frame numbers of segments.</summary>
    public static IReadOnlyList<int> FramesOf(IEnumerable<CapturedSegment> segments) =>
        [.. segments.Select(s => s.Frame)];

    /// <summary>Frame numbers as text: <c>frame 7</c>, <c>frames 7, 9 and 11</c>.</summary>
    public static string Numbers(IReadOnlyList<int> frames) => Numbers(frames, frames.Count);

    private static string Numbers(IReadOnlyList<int> frames, int count) => frames.Count switch
    {
        0 => "no frame",
        1 when count == 1 => $"frame {frames[0]}",
        <= MaxFramesInText when count == frames.Count =>
            $"frames {string.Join(", ", frames.SkipLast(1))} and {frames[^1]}",
        _ => $"frames {string.Join(", ", frames.Take(MaxFramesInText - 2))}, … and {frames[^1]} ({count} frames)",
    };
}
