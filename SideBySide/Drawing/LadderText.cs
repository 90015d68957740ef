using System.Globalization;
using System.Text;
using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Events;

namespace SideBySide.Drawing;

/// <summary>Draws a ladder as text, 100 or 80 columns wide.</summary>
public static class LadderText
{
    /// <summary>The width of the wide layout, in columns.</summary>
    public const int WideWidth = 100;

    /// <summary>The width of the narrow layout, in columns.</summary>
    public const int NarrowWidth = 80;

    /// <summary>Returns the lines, without line feeds.</summary>
    /// <param name="ladder">The ladder.</param>
    /// <param name="colour">Whether to colour them with ANSI escape sequences.</param>
    /// <param name="width">The available columns; the layout is narrow below <see cref="WideWidth"/>.</param>
    public static IEnumerable<string> Draw(Ladder ladder, bool colour, int width = WideWidth)
    {
        LadderTextLayout layout = width >= WideWidth ? new WideLadderText(colour) : new NarrowLadderText(colour);
        return layout.Draw(ladder);
    }

    /// <summary>The label of a segment: flags, numbers, length.</summary>
    public static string Label(SegmentEvent entry)
    {
        Segment s = entry.Segment;
        var label = new StringBuilder(s.Flags);
        label.Append(CultureInfo.InvariantCulture, $" seq {s.Sequence}");
        if (entry.Has("ACK")) label.Append(CultureInfo.InvariantCulture, $" ack {s.Acknowledgement}");
        if (s.Length > 0) label.Append(CultureInfo.InvariantCulture, $" len {s.Length}");
        return label.ToString();
    }

    /// <summary>The label for a short arrow: flags and length.</summary>
    internal static string LabelWithoutNumbers(Segment segment) => segment.Length == 0
        ? segment.Flags
        : string.Create(CultureInfo.InvariantCulture, $"{segment.Flags} len {segment.Length}");

    /// <summary>
    /// A segment's arrow with number and label. A dashed arrow is a retransmission. A cross means that the segment is
    /// lost.
    /// </summary>
    internal static string Arrow(int number, SegmentEvent entry, int width)
    {
        string label = Label(entry);
        return Arrow(number, entry, FitsArrow(number, label, width) ? label : Short(entry.Segment), width);
    }

    /// <summary>Whether a label and the segment's number fit on an arrow.</summary>
    internal static bool FitsArrow(int number, string label, int width) => $" {number} {label} ".Length <= width - 3;

    /// <summary>The arrow of a segment, with a label of the caller's choice.</summary>
    internal static string Arrow(int number, SegmentEvent entry, string words, int width)
    {
        string label = $" {number} {words} ";
        char line = entry.Segment.IsRetransmission ? '╌' : '─';
        int rest = Math.Max(0, width - label.Length - 1);
        string near = new(line, Math.Min(2, rest)), far = new(line, Math.Max(0, rest - 2));
        string tip = entry.IsLost ? "✗" : entry.Side == Side.Client ? "▶" : "◀";
        return entry.Side == Side.Client ? near + label + far + tip : tip + far + label + near;
    }

    // The range of bytes, as tcpdump writes it.
    private static string Short(Segment s) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{s.Flags} {s.Sequence}:{s.Sequence + s.Length} ack {s.Acknowledgement}");
}
