using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Events;
using TcpClose.Output;

namespace SideBySide.Drawing;

/// <summary>
/// Draws the two connections of a relay as text, with three lifelines: client, relay, server. In the relay's column,
/// the socket to the client is on the left, the socket to the server on the right.
/// </summary>
/// <param name="colour">Whether to colour the lines with ANSI escape sequences.</param>
/// <param name="width">The available columns, at least <see cref="LadderText.NarrowWidth"/>.</param>
public sealed class RelayText(bool colour, int width)
{
    private const int TimeWidth = 5, StateWidth = 12, Gaps = 5;

    private readonly int _middle =
        (Math.Clamp(width, LadderText.NarrowWidth, LadderText.WideWidth) - TimeWidth - (3 * StateWidth) - Gaps) / 2;

    /// <summary>Returns the lines, without line feeds.</summary>
    public IEnumerable<string> Draw(Diagram diagram)
    {
        yield return Line("ms", new() { Client = "client", Relay = "relay".PadLeft(8), Server = "server" });
        foreach (Ladder ladder in diagram.Ladders.Where(l => l.InitialStates.Count > 0))
        {
            yield return Line("",
                Cells.Of(ladder.Leg, "", ladder.InitialName(Side.Client), ladder.InitialName(Side.Server)));
        }

        foreach (DiagramRow row in diagram.Rows)
        {
            foreach (string line in Rung(row, diagram.TimeOf(row))) yield return line;
            if (ResetReason.Note(row.Row.Segment?.ResetReason) is { } why)
                yield return Note(row.Ladder.Leg, why);
        }
    }

    // A long note may continue in the next column, which is empty.
    private string Note(Leg leg, string text)
    {
        int room = _middle + 1 + StateWidth;
        string shown = text.Length <= room ? text : text.Split(" (")[0];
        if (shown.Length > room) shown = shown[..(room - 1)] + "…";
        int before = TimeWidth + 1 + StateWidth + 1
            + (leg == Leg.RelayToServer ? _middle + 1 + StateWidth + 1 : 0)
            + Math.Max(0, (_middle - shown.Length) / 2);
        return new string(' ', before) + shown;
    }

    // The sender's call is above the arrow, the receiver's below. If the sender made a call, its state is on the line
    // of the call.
    private IEnumerable<string> Rung(DiagramRow at, string time)
    {
        LadderRow row = at.Row;
        Leg leg = at.Ladder.Leg;
        if (row.Segment is not { } segment)
        {
            yield return Line(time, Cells.Of(leg, Calls(at, Side.Client, Side.Server), row.StateName(Side.Client),
                row.StateName(Side.Server)));
            yield break;
        }

        Side sender = segment.Side;
        bool isCalled = row.Calls.ContainsKey(sender);
        if (isCalled)
        {
            yield return Line(time,
                Cells.Of(leg, Calls(at, sender), StateOf(Side.Client, sender), StateOf(Side.Server, sender)));
        }

        yield return Line(isCalled ? "" : time, Cells.Of(leg, Arrow(at),
            isCalled ? StateOf(Side.Client, sender.Peer()) : row.StateName(Side.Client),
            isCalled ? StateOf(Side.Server, sender.Peer()) : row.StateName(Side.Server)));
        if (row.Calls.ContainsKey(sender.Peer()))
            yield return Line("", Cells.Of(leg, Calls(at, sender.Peer()), "", ""));

        string StateOf(Side side, Side wanted) => side == wanted ? row.StateName(side) : "";
    }

    private string Line(string time, Cells cells) =>
        string.Concat(
            time.PadLeft(TimeWidth), " ",
            Paint($"{cells.Client,-StateWidth} ", Ansi.Bold),
            Middle(cells.ToRelay), " ",
            Paint(cells.IsFromRelay ? $"{cells.Relay,StateWidth} " : $"{cells.Relay,-StateWidth} ", Ansi.Bold),
            Middle(cells.ToServer), " ",
            Paint(cells.Server, Ansi.Bold)).TrimEnd();

    private string Middle(string text) => text == "" ? new string(' ', _middle) : text;

    // The client's call is on the left, the server's on the right.
    private string Calls(DiagramRow at, params Side[] sides)
    {
        string Of(Side side) => sides.Contains(side) && at.Row.Calls.TryGetValue(side, out CallEvent? call)
            ? call.Call.Length <= _middle ? call.Call : call.Call[..(_middle - 1)] + "…"
            : "";
        string client = Of(Side.Client), server = Of(Side.Server);
        return Paint(client, ColourOf(new LegEnd(at.Ladder.Leg, Side.Client)))
            + new string(' ', Math.Max(0, _middle - client.Length - server.Length))
            + Paint(server, ColourOf(new LegEnd(at.Ladder.Leg, Side.Server)));
    }

    private string Arrow(DiagramRow at)
    {
        SegmentEvent segment = at.Row.Segment!;
        string label = LadderText.LabelWithoutNumbers(segment.Segment);
        if (!LadderText.FitsArrow(at.Row.Number, label, _middle) && segment.Segment.Length > 0)
            label = label[(segment.Segment.Flags.Length + 1)..];
        return Paint(LadderText.Arrow(at.Row.Number, segment, label, _middle),
            segment.IsLost ? Ansi.Bad : ColourOf(at.Sender!.Value));
    }

    private string Paint(string text, string emphasis) => Ansi.Paint(text, emphasis, colour);

    private static string ColourOf(LegEnd end) =>
        end.IsRelay ? Ansi.Relay : end.Side == Side.Client ? Ansi.Client : Ansi.Server;

    // The columns of a line after the time.
    private readonly record struct Cells
    {
        public Cells()
        {
        }

        public string Client { get; init; } = "";

        public string ToRelay { get; init; } = "";

        public string Relay { get; init; } = "";

        // Whether the relay's state is that of its socket to the server.
        public bool IsFromRelay { get; init; }

        public string ToServer { get; init; } = "";

        public string Server { get; init; } = "";

        public static Cells Of(Leg leg, string middle, string client, string server) => leg == Leg.RelayToServer
            ? new() { IsFromRelay = true, Relay = client, ToServer = middle, Server = server }
            : new() { Client = client, ToRelay = middle, Relay = server };
    }
}
