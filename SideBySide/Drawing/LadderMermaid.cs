using System.Text;
using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Events;
using TcpClose.Output;

namespace SideBySide.Drawing;

/// <summary>
/// Draws a picture as a Mermaid sequence diagram. A dotted arrow is a retransmission. A cross means that the segment
/// was lost. The relay's two sockets share one line. A note on the line shows the state of one socket, and names its
/// peer.
/// </summary>
public static class LadderMermaid
{
    // How many characters fit between the lifelines.
    private const int TitleWidth = 44;

    private const string Whole = "Note over Client,Server:";

    /// <summary>Returns the diagram, without the fence of a Markdown code block.</summary>
    /// <param name="diagram">What the sequence diagram shows.</param>
    /// <param name="title">The title.</param>
    public static string Draw(Diagram diagram, string title)
    {
        var text = new StringBuilder("sequenceDiagram\n");
        foreach (LegEnd end in diagram.Ends.DistinctBy(e => e.Name))
            Line(text, $"participant {Participant(end)} as", end.Name);
        Line(text, Whole, [.. EventTextFormatter.Wrap(title, TitleWidth)]);
        foreach (LegEnd end in diagram.Ends)
        {
            if (diagram.LadderOf(end).InitialName(end.Side) is { Length: > 0 } state)
                Line(text, Note(end), State(end, state));
        }

        foreach (DiagramRow row in diagram.Rows) Add(text, row, diagram);
        return text.ToString();
    }

    private static void Add(StringBuilder text, DiagramRow at, Diagram diagram)
    {
        LadderRow row = at.Row;
        if (row.Skipped is { } skipped) Line(text, Whole, skipped.Text);
        LegEnd sender = at.Sender ?? new LegEnd(at.Ladder.Leg, Side.Client);
        AddNote(text, row, sender);
        if (row.Segment is { } segment)
        {
            Line(text, $"{Participant(sender)}{Arrow(segment)}{Participant(sender.Peer)}:",
                $"{row.Number} {LadderText.Label(segment)}{Marks(segment)} ({diagram.TimeOf(at)} ms)",
                ResetReason.Note(segment.ResetReason));
        }

        AddNote(text, row, sender.Peer);
    }

    private static void AddNote(StringBuilder text, LadderRow row, LegEnd end)
    {
        string?[] lines = [row.Calls.TryGetValue(end.Side, out CallEvent? call) ? call.Call : null,
            row.StateName(end.Side) is { Length: > 0 } state ? State(end, state) : null];
        if (lines.Any(l => l is not null)) Line(text, Note(end), lines);
    }

    private static void Line(StringBuilder text, string head, params string?[] lines) =>
        text.Append("    ").Append(head).Append(' ')
            .AppendJoin("<br/>", lines.OfType<string>().Select(MermaidText.Escape)).Append('\n');

    private static string Participant(LegEnd end) => end.IsRelay ? "Relay" : $"{end.Side}";

    private static string Note(LegEnd end) => end.IsRelay ? "Note over Relay:"
        : end.Side == Side.Client ? "Note left of Client:" : "Note right of Server:";

    private static string State(LegEnd end, string state) => end.IsRelay ? $"to the {end.Peer.Name}: {state}" : state;

    private static string Marks(SegmentEvent segment) =>
        (segment.IsLost ? ", lost" : "") + (segment.Segment.IsRetransmission ? ", again" : "");

    private static string Arrow(SegmentEvent segment) => (segment.Segment.IsRetransmission, segment.IsLost) switch
    {
        (false, false) => "->>",
        (true, false) => "-->>",
        (false, true) => "-x",
        (true, true) => "--x",
    };
}
