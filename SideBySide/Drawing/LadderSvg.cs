using System.Globalization;
using System.Net.NetworkInformation;
using System.Xml.Linq;
using SideBySide.Timeline;
using TcpClose.Events;
using TcpClose.Kernel;

namespace SideBySide.Drawing;

/// <summary>Draws a ladder as a standalone SVG for light and dark backgrounds.</summary>
public static class LadderSvg
{
    private const int Width = 1000, Top = 64, RowHeight = 30, Slant = 12, Bar = 8, Foot = 44;
    private const int ClientLine = 320, ServerLine = 730, CallGap = 12, ClientState = 192, ServerState = 858;

    // Each colour has a contrast of at least 4.5 to its background.
    private const string Style = """
        text { font: 13px ui-sans-serif, system-ui, sans-serif; fill: #1f2328; }
        .ground { fill: #ffffff; stroke: #d1d9e0; } .faint { fill: #59636e; }
        .title { font-weight: 600; } .state { font-weight: 600; }
        .mono { font-family: ui-monospace, monospace; font-size: 12px; }
        .client { stroke: #0969da; } .server { stroke: #9a6700; } .lost { stroke: #cf222e; }
        .tip.client { fill: #0969da; } .tip.server { fill: #9a6700; }
        .cross { fill: none; stroke: #cf222e; stroke-width: 2; }
        .half-closed { fill: #bf8700; opacity: .15; }
        .arrow { stroke-width: 1.5; fill: none; } .again { stroke-dasharray: 6 4; }
        .bar { fill: #d1d9e0; } .bar.open { fill: #2da44e; }
        .bar.half { fill: #bf8700; } .bar.wait { fill: #8250df; }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3; } .ground { fill: #0d1117; stroke: #3d444d; } .faint { fill: #9198a1; }
          .client { stroke: #58a6ff; } .server { stroke: #d29922; } .lost, .cross { stroke: #f85149; }
          .tip.client { fill: #58a6ff; } .tip.server { fill: #d29922; }
          .bar { fill: #3d444d; } .bar.open { fill: #3fb950; }
          .bar.half { fill: #d29922; } .bar.wait { fill: #a371f7; } .half-closed { opacity: .3; }
        }
        """;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>Returns the SVG document.</summary>
    /// <param name="ladder">The ladder to draw.</param>
    /// <param name="title">The title, for the heading and for screen readers.</param>
    public static string Draw(Ladder ladder, string title)
    {
        int height = Top + ((ladder.Rows.Count + 1) * RowHeight) + Foot;
        var svg = new XElement(Svg + "svg",
            new XAttribute("viewBox", $"0 0 {Width} {height}"), new XAttribute("width", Width),
            new XAttribute("height", height), new XAttribute("role", "img"),
            new XElement(Svg + "title", title),
            new XElement(Svg + "style", "\n" + Style + "\n"),
            new XElement(Svg + "rect", At("x", 0.5), At("y", 0.5), At("width", Width - 1), At("height", height - 1),
                At("rx", 6), Class("ground")),
            Text(16, 26, "start", "title", title),
            Text(16, 50, "start", "faint", "ms"),
            Text(ClientLine, 50, "middle", "title", "client"), Text(ServerLine, 50, "middle", "title", "server"),
            HalfClosed(ladder), Bars(ladder, Side.Client), Bars(ladder, Side.Server), Legend(ladder, height - 16),
            ladder.Rows.SelectMany((row, i) => Row(row, Y(i), ladder.Zero)));
        return svg + "\n";
    }

    private static IEnumerable<XElement> Row(LadderRow row, int y, long zero)
    {
        yield return Text(16, y, "start", "mono faint", RunClock.Milliseconds(row.At - zero));
        foreach (Side side in (Side[])[Side.Client, Side.Server])
        {
            bool client = side == Side.Client;
            int arrives = row.Segment is { } s && s.Side != side ? Slant : 0;
            if (row.Calls.TryGetValue(side, out CallEvent? call))
                yield return Text(client ? ClientLine - CallGap : ServerLine + CallGap, y + arrives,
                    client ? "end" : "start", "", call.Call);
            if (row.States.TryGetValue(side, out TcpState state))
                yield return Text(client ? ClientState : ServerState, y + arrives, client ? "end" : "start", "state",
                    StateNames.Name(state) ?? "");
        }

        if (row.Segment is null) yield break;
        foreach (XElement part in Arrow(row.Number, row.Segment, y, row.SentAt is { } at ? Y(at) : y))
            yield return part;
    }

    // An arrow from one line to the other. It slopes down, because time runs downwards. A lost segment ends in a cross.
    private static IEnumerable<XElement> Arrow(int number, SegmentEvent entry, int y, int sentAt)
    {
        bool client = entry.Side == Side.Client;
        int from = client ? ClientLine + Bar : ServerLine - Bar, to = client ? ServerLine - Bar : ClientLine + Bar;
        string side = client ? "client" : "server";
        double part = entry.IsLost ? 0.8 : 1, x = from + ((to - from) * part), end = y - 5 + (Slant * part);
        yield return new XElement(Svg + "path",
            At("d", string.Create(CultureInfo.InvariantCulture, $"M{from} {sentAt - 5}L{x} {end}")),
            Class($"arrow {(entry.IsLost ? "lost" : side)}{(entry.Segment.IsRetransmission ? " again" : "")}"));
        int back = client ? -9 : 9;
        yield return entry.IsLost
            ? new XElement(Svg + "path",
                At("d", string.Create(CultureInfo.InvariantCulture, $"M{x - 5} {end - 5}l10 10m0 -10l-10 10")),
                Class("cross"))
            : new XElement(Svg + "path",
                At("d", string.Create(CultureInfo.InvariantCulture, $"M{x} {end}l{back} -4v8z")), Class($"tip {side}"));
        // The label of a steep arrow is at its start, so that it hides neither of two arrows that cross.
        string text = $"{number}  {LadderText.Label(entry)}"
            + (entry.IsLost ? ", lost" : entry.Segment.IsRetransmission ? ", again" : "");
        yield return sentAt == y ? Text((ClientLine + ServerLine) / 2, y - 7, "middle", "mono", text)
            : Text(client ? from + 6 : from - 6, sentAt - 10, client ? "start" : "end", "mono", text);
    }

    // The life of each side as a bar that changes its colour with the state.
    private static IEnumerable<XElement> Bars(Ladder ladder, Side side)
    {
        int x = (side == Side.Client ? ClientLine : ServerLine) - (Bar / 2), from = Top;
        TcpState? state = ladder.InitialStates.TryGetValue(side, out TcpState first) ? first : null;
        if (state is not null)
            yield return Text(side == Side.Client ? ClientState : ServerState, Top + 4,
                side == Side.Client ? "end" : "start", "state", StateNames.Name(state) ?? "");
        for (int i = 0; i <= ladder.Rows.Count; i++)
        {
            bool ends = i == ladder.Rows.Count;
            if (!ends && !ladder.Rows[i].States.ContainsKey(side)) continue;
            int to = ends ? Y(i) : Y(i) - 5 + (ladder.Rows[i].Segment is { } s && s.Side != side ? Slant : 0);
            yield return new XElement(Svg + "rect", At("x", x), At("y", from), At("width", Bar),
                At("height", Math.Max(0, to - from)), Class("bar " + Kind(state)));
            if (ends) break;
            (from, state) = (to, ladder.Rows[i].States[side]);
        }
    }

    // From the arrival of the first FIN to the departure of the other side's.
    private static XElement? HalfClosed(Ladder ladder)
    {
        int Fin(Side? not) =>
            ladder.Rows.ToList().FindIndex(r => r.Segment is { IsLost: false } s && s.Has("FIN") && s.Side != not);
        int first = Fin(null), second = first < 0 ? -1 : Fin(ladder.Rows[first].Segment!.Side);
        return second <= first + 1
            ? null
            : new XElement(Svg + "rect", At("x", ClientLine), At("y", Y(first) - 5 + Slant),
                At("width", ServerLine - ClientLine), At("height", Y(second) - Y(first) - Slant), Class("half-closed"));
    }

    // The meaning of the colours that the picture contains.
    private static IEnumerable<XElement> Legend(Ladder ladder, int y)
    {
        int x = 16;
        if (HalfClosed(ladder) is not null)
        {
            yield return new XElement(Svg + "rect", At("x", Width - 108), At("y", y - 11), At("width", 14),
                At("height", 14), Class("half-closed"));
            yield return Text(Width - 88, y, "start", "faint", "half-closed");
        }

        foreach ((string kind, string words) in ((string, string)[])[("open", "open"), ("half", "closing"),
            ("wait", "TIME-WAIT")])
            if (ladder.Rows.Any(r => r.States.Values.Any(s => Kind(s) == kind)))
            {
                yield return new XElement(Svg + "rect", At("x", x), At("y", y - 9), At("width", Bar), At("height", 11),
                    Class("bar " + kind));
                yield return Text(x + 14, y, "start", "faint", words);
                x += 34 + (words.Length * 8);
            }
    }

    private static string Kind(TcpState? state) => state switch
    {
        TcpState.Established => "open",
        TcpState.FinWait1 or TcpState.FinWait2 or TcpState.CloseWait or TcpState.Closing or TcpState.LastAck => "half",
        TcpState.TimeWait => "wait",
        _ => "",
    };

    private static int Y(int row) => Top + ((row + 1) * RowHeight);

    private static XElement Text(double x, double y, string anchor, string kind, string text) =>
        new(Svg + "text", At("x", x), At("y", y), new XAttribute("text-anchor", anchor), Class(kind), text);

    private static XAttribute At(string name, object value) => new(name, value);

    private static XAttribute? Class(string kind) => kind == "" ? null : new XAttribute("class", kind);
}
