using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Events;
using TcpClose.Output;

namespace SideBySide.Drawing;

/// <summary>
/// Arranges a ladder in columns of text: the time in milliseconds, the client's state, what is between the two sides,
/// and the server's state.
/// </summary>
internal abstract class LadderTextLayout(bool colour)
{
    /// <summary>The width of a state, in columns.</summary>
    protected const int StateWidth = 12;

    /// <summary>The width of the time, in columns.</summary>
    protected abstract int TimeWidth { get; }

    /// <summary>The width of what is between the two states, in columns.</summary>
    protected abstract int MiddleWidth { get; }

    /// <summary>The lines of a ladder, with a heading and the initial states.</summary>
    public IEnumerable<string> Draw(Ladder ladder)
    {
        yield return Line("ms", "client", "", "server");
        if (ladder.InitialStates.Count > 0)
        {
            yield return Line("", ladder.InitialName(Side.Client), "", ladder.InitialName(Side.Server));
        }

        foreach (LadderRow row in ladder.Rows)
        {
            string time = ladder.TimeOf(row, ladder.Zero);
            if (row.Skipped is { } skipped)
            {
                yield return Line("", "", Centred(skipped.Text), "");
                continue;
            }

            foreach (string line in Rung(row, time)) yield return line;
            if (ResetReason.Note(row.Segment?.ResetReason) is { } why)
                yield return Line("", "", Paint(Centred(why), ColourOf(row.Segment!.Side)), "");
        }
    }

    /// <summary>The lines of a row.</summary>
    protected abstract IEnumerable<string> Rung(LadderRow row, string time);

    /// <summary>Joins the columns of a line; <paramref name="middle"/> is empty or has its full width.</summary>
    protected string Line(string time, string client, string middle, string server) =>
        string.Concat(
            time.PadLeft(TimeWidth), " ",
            Paint($"{client,-StateWidth} ", Ansi.Bold),
            middle.PadRight(middle == "" ? MiddleWidth : 0), " ",
            Paint(server, Ansi.Bold)).TrimEnd();

    private string Centred(string text)
    {
        string shown = text.Length <= MiddleWidth ? text : text[..(MiddleWidth - 1)] + "…";
        return shown.PadLeft((MiddleWidth + shown.Length) / 2).PadRight(MiddleWidth);
    }

    /// <summary>A side's call, cut to a number of columns; empty if there is none.</summary>
    protected static string Call(LadderRow row, Side side, int width) =>
        !row.Calls.TryGetValue(side, out CallEvent? call) ? ""
        : call.Call.Length <= width ? call.Call : call.Call[..(width - 1)] + "…";

    /// <summary>The arrow of a row's segment; spaces if it has none.</summary>
    protected string Arrow(LadderRow row, int width) =>
        row.Segment is { } segment
            ? Paint(LadderText.Arrow(row.Number, segment, width), segment.IsLost ? Ansi.Bad : ColourOf(segment.Side))
            : new string(' ', width);

    /// <summary>Colours a text, unless colour is off.</summary>
    protected string Paint(string text, string emphasis) => Ansi.Paint(text, emphasis, colour);

    /// <summary>The colour of a side.</summary>
    protected static string ColourOf(Side side) => side == Side.Client ? Ansi.Client : Ansi.Server;
}
