using System.Globalization;
using System.Text;
using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Output;

namespace SideBySide.Drawing;

/// <summary>Draws a ladder as text, at most 100 columns wide and readable without colour.</summary>
public static class LadderText
{
    private const int TimeWidth = 8, StateWidth = 12, CallWidth = 14, ArrowWidth = 35;

    /// <summary>The lines, without line feeds.</summary>
    public static IEnumerable<string> Draw(Ladder ladder, bool colour)
    {
        yield return Line(colour, "seconds", ["client", "", "", "", "server"], null);
        if (ladder.InitialStates.Count > 0)
            yield return Line(colour, "",
                [Name(ladder.InitialStates, Side.Client), "", "", "", Name(ladder.InitialStates, Side.Server)], null);
        foreach (LadderRow row in ladder.Rows)
        {
            string arrow = row.Segment is { } segment ? Arrow(row.Number, segment) : "";
            yield return Line(colour, Seconds(row.At - ladder.Zero),
                [Name(row.States, Side.Client), Call(row, Side.Client), arrow, Call(row, Side.Server),
                    Name(row.States, Side.Server)], row.Segment);
        }
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

    /// <summary>A time in seconds, to the microsecond.</summary>
    public static string Seconds(long nanoseconds) =>
        (nanoseconds / 1e9).ToString("0.000000", CultureInfo.InvariantCulture);

    private static string Line(bool colour, string time, string[] cells, SegmentEvent? segment)
    {
        string Paint(string text, string emphasis) =>
            colour && text.AsSpan().Trim().Length > 0 ? emphasis + text + Ansi.Plain : text;
        string arrow =
            segment is { IsLost: true } ? Ansi.Bad : segment?.Side == Side.Client ? Ansi.Client : Ansi.Server;
        return string.Concat(
            $"{time,-TimeWidth} ",
            Paint($"{cells[0],-StateWidth} ", Ansi.Bold),
            Paint($"{cells[1],-CallWidth} ", Ansi.Client),
            Paint($"{cells[2],-ArrowWidth} ", arrow),
            Paint($"{cells[3],-CallWidth} ", Ansi.Server),
            Paint(cells[4], Ansi.Bold)).TrimEnd();
    }

    // The arrow of a lost segment ends in a cross; that of a retransmission has a dashed line.
    private static string Arrow(int number, SegmentEvent entry)
    {
        string label = $" {number} {Label(entry)} ";
        if (label.Length > ArrowWidth - 3) label = $" {number} {Short(entry.Segment)} ";
        char line = entry.Segment.IsRetransmission ? '╌' : '─';
        int rest = Math.Max(0, ArrowWidth - label.Length - 1);
        string near = new(line, Math.Min(2, rest)), far = new(line, Math.Max(0, rest - 2));
        string tip = entry.IsLost ? "✗" : entry.Side == Side.Client ? "▶" : "◀";
        return entry.Side == Side.Client ? near + label + far + tip : tip + far + label + near;
    }

    // The range of bytes, as tcpdump writes it.
    private static string Short(Segment s) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{s.Flags} {s.Sequence}:{s.Sequence + s.Length} ack {s.Acknowledgement}");

    private static string Name(IReadOnlyDictionary<Side, System.Net.NetworkInformation.TcpState> states, Side side) =>
        states.TryGetValue(side, out var state) ? StateNames.Name(state) ?? "" : "";

    private static string Call(LadderRow row, Side side) =>
        !row.Calls.TryGetValue(side, out CallEvent? call) ? ""
        : call.Call.Length <= CallWidth ? call.Call : call.Call[..(CallWidth - 1)] + "…";
}
