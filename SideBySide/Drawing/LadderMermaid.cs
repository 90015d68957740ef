using System.Text;
using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Events;
using TcpClose.Output;

namespace SideBySide.Drawing;

/// <summary>
/// Draws a ladder as a Mermaid sequence diagram. A solid arrow is a segment, a dotted one a retransmission; an arrow
/// that ends in a cross was lost.
/// </summary>
public static class LadderMermaid
{
    // The columns that fit between the two lines.
    private const int TitleWidth = 44;

    private static readonly Side[] Sides = [Side.Client, Side.Server];

    /// <summary>Returns the diagram, without the fence of a Markdown code block.</summary>
    /// <param name="ladder">The ladder.</param>
    /// <param name="title">The title.</param>
    public static string Draw(Ladder ladder, string title)
    {
        var text = new StringBuilder("sequenceDiagram\n");
        foreach (Side side in Sides) Line(text, $"participant {side} as", side.Name());
        Line(text, "Note over Client,Server:", [.. EventTextFormatter.Wrap(title, TitleWidth)]);
        foreach (Side side in Sides.Where(ladder.InitialStates.ContainsKey))
        {
            Line(text, Note(side), LadderRow.Name(ladder.InitialStates[side],
                ladder.IsInferred ? StateSource.Inferred : StateSource.Kernel));
        }

        foreach (LadderRow row in ladder.Rows) Add(text, row, ladder);
        return text.ToString();
    }

    private static void Add(StringBuilder text, LadderRow row, Ladder ladder)
    {
        if (row.Skipped is { } skipped) Line(text, "Note over Client,Server:", skipped);
        Side sender = row.Segment?.Side ?? Side.Client;
        AddNote(text, row, sender);
        if (row.Segment is { } segment)
        {
            Line(text, $"{sender}{Arrow(segment)}{sender.Peer()}:",
                $"{row.Number} {LadderText.Label(segment)}{Marks(segment)} ({ladder.TimeOf(row)} ms)",
                ResetReason.Note(segment.ResetReason));
        }

        AddNote(text, row, sender.Peer());
    }

    private static void AddNote(StringBuilder text, LadderRow row, Side side)
    {
        string?[] lines = [row.Calls.TryGetValue(side, out CallEvent? call) ? call.Call : null,
            row.StateName(side) is { Length: > 0 } state ? state : null];
        if (lines.Any(l => l is not null)) Line(text, Note(side), lines);
    }

    private static void Line(StringBuilder text, string head, params string?[] lines) =>
        text.Append("    ").Append(head).Append(' ')
            .AppendJoin("<br/>", lines.OfType<string>().Select(MermaidText.Escape)).Append('\n');

    private static string Note(Side side) => side == Side.Client ? "Note left of Client:" : "Note right of Server:";

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
