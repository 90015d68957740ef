using System.Globalization;
using System.Net.NetworkInformation;
using System.Xml.Linq;
using SideBySide.Drawing;
using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Svg;

/// <summary>Draws what is next to the sides' lines: the times, the calls and the states.</summary>
internal static class SvgSides
{
    // On a phone, a call of more than PhoneCall characters is condensed to PhoneCallWidth pixels.
    private const int PhoneCall = 12, PhoneCallWidth = 86;

    private static readonly TimeSpan MaxNarrowMilliseconds = TimeSpan.FromSeconds(100);

    private static readonly Side[] Both = [Side.Client, Side.Server];

    /// <summary>The number of text lines that one side needs in the given row.</summary>
    public static int Lines(LadderRow row, Side side, SvgColumns columns)
    {
        int calls = CallLines(row, side).Length, states = row.States.ContainsKey(side) ? 1 : 0;
        return columns.IsNarrow ? calls + states : Math.Max(calls, states);
    }

    /// <summary>Draws the initial states, and then the texts of each row.</summary>
    public static IEnumerable<XElement> Draw(SvgLayout layout)
    {
        foreach (LegEnd end in layout.Diagram.Ends)
        {
            Ladder ladder = layout.Diagram.LadderOf(end);
            if (ladder.InitialStates.TryGetValue(end.Side, out TcpState state))
                yield return Pill(layout, end, state, ladder.IsInferred ? StateSource.Inferred : StateSource.Kernel,
                    layout.Top + (end is { IsRelay: true, Side: Side.Client } ? 27 : 12));
        }

        for (int i = 0; i < layout.Diagram.Rows.Count; i++)
        {
            yield return SvgElement.Text(layout.Columns.Time, layout.Y(i), "e time",
                TimeOf(layout, layout.Diagram.Rows[i]));
            foreach (XElement text in Both.SelectMany(side => DrawSide(layout, i, side))) yield return text;
        }
    }

    // Milliseconds, or, if they would not fit, seconds.
    private static string TimeOf(SvgLayout layout, DiagramRow row)
    {
        var since = TimeSpan.FromMicroseconds((row.Row.At - layout.Diagram.Zero) / 1000.0);
        return layout.Columns.IsNarrow && since >= MaxNarrowMilliseconds
            ? string.Create(CultureInfo.InvariantCulture, $"{since.TotalSeconds:0}s")
            : layout.Diagram.TimeOf(row);
    }

    /// <summary>The CSS class that gives a state its colour.</summary>
    public static string Kind(TcpState? state) => state switch
    {
        TcpState.Established => "open",
        TcpState.FinWait1 or TcpState.FinWait2 or TcpState.Closing => "active",
        TcpState.CloseWait or TcpState.LastAck => "passive",
        TcpState.TimeWait => "wait",
        _ => "idle",
    };

    // In a narrow picture, the sender's call is above its state, and the receiver's call is below its state.
    private static IEnumerable<XElement> DrawSide(SvgLayout layout, int row, Side side)
    {
        LadderRow drawn = layout.Row(row);
        var end = new LegEnd(layout.Diagram.Rows[row].Ladder.Leg, side);
        string[] calls = CallLines(drawn, side);
        int y = layout.Y(row, side);
        bool hasState = drawn.States.TryGetValue(side, out TcpState state), narrow = layout.Columns.IsNarrow;
        bool stateFirst = hasState && narrow && drawn.Segment is { } segment && segment.Side != side;
        int callsAt = y + (stateFirst ? SvgLayout.Line : 0),
            stateAt = y + (narrow && !stateFirst ? calls.Length * SvgLayout.Line : 0);
        for (int i = 0; i < calls.Length; i++)
        {
            XElement call = SvgElement.Text(layout.Columns.Call(end), callsAt + (i * SvgLayout.Line),
                $"{SvgColumns.Anchor(side)} {(i == 0 ? "call" : "faint")}".Trim(), calls[i]);
            if (layout.Columns.IsPhone && calls[i].Length > PhoneCall)
                call.Add(new XAttribute("textLength", PhoneCallWidth), new XAttribute("lengthAdjust",
                    "spacingAndGlyphs"));
            yield return call;
        }

        if (hasState)
            yield return Pill(layout, end, state, drawn.Sources[side], stateAt);
    }

    private static string[] CallLines(LadderRow row, Side side) =>
        !row.Calls.TryGetValue(side, out CallEvent? call) ? []
        : call.Phase == ClosePhase.FinRead ? [call.Call, "(end of stream)"]
        : [call.Call];

    private static XElement Pill(SvgLayout layout, LegEnd end, TcpState state, StateSource source, int y)
    {
        Ladder ladder = layout.Diagram.LadderOf(end);
        string read = ladder.IsInferred ? " inferred" : ladder.IsTraced ? "" : " read";
        string name = LadderRow.Name(state, source);
        double width = (name.Length * 6.3) + 12, edge = layout.Columns.State(end),
            x = end.Side == Side.Client ? edge - width : edge;
        return SvgElement.Group($"pill {Kind(state)}{read} {end.Name}",
            SvgElement.Rect(Math.Round(x, 1), y - 12, Math.Round(width, 1), 15, "", radius: 7),
            SvgElement.Text(Math.Round(x + (width / 2), 1), y - 0.5, "m", name));
    }
}
