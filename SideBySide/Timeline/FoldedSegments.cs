using System.Globalization;
using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>Segments that are counted, but not shown.</summary>
/// <param name="Count">Their number.</param>
/// <param name="ClientBytes">The bytes that the client sent in them.</param>
/// <param name="ServerBytes">The bytes that the server sent in them.</param>
public sealed record FoldedSegments(long Count, long ClientBytes, long ServerBytes)
{
    /// <summary>For the picture: <c>… 9 segments: 800 bytes →, ← 0 bytes …</c>.</summary>
    public string Text => $"… {Words} …";

    /// <summary>The same without the dots.</summary>
    public string Words => string.Create(CultureInfo.InvariantCulture,
        $"{Count} segment{(Count == 1 ? "" : "s")}: {ClientBytes} bytes →, ← {ServerBytes} bytes");

    /// <summary>The bytes that a side sent in the segments.</summary>
    public long BytesOf(Side side) => side == Side.Client ? ClientBytes : ServerBytes;

    /// <summary>The sum of two.</summary>
    public static FoldedSegments operator +(FoldedSegments one, FoldedSegments other) => new(one.Count + other.Count,
        one.ClientBytes + other.ClientBytes, one.ServerBytes + other.ServerBytes);
}
