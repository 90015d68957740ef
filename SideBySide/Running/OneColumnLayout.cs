using Serilog.Events;
using TcpClose.Output;

namespace SideBySide.Running;

/// <summary>One event per line. A narrow terminal shows no phase.</summary>
internal sealed class OneColumnLayout(bool colour, int width) : EventLayout
{
    private const int SideWidth = 6, PhaseWidth = 13;

    private readonly bool _hasPhase = width >= EventTextFormatter.MaxWidth;

    /// <inheritdoc/>
    public override string Heading =>
        Paint($"{"ms",TimeWidth} {"side",-SideWidth} {Columns("state", "phase")}what happened", Ansi.Bold);

    /// <inheritdoc/>
    protected override IEnumerable<string> Lines(string time, string side, string? state, string words, LogEvent e)
    {
        string head = $"{time,TimeWidth} {side,-SideWidth} ",
            columns = state is null ? "" : Columns(state, EventTextFormatter.Text(e, "Phase"));
        foreach (string part in Fit(words, width - head.Length - columns.Length, e))
        {
            yield return Paint(head, side == "client" ? Ansi.Client : Ansi.Server) + Paint(columns, Ansi.Bold)
                + Paint(part, EventTextFormatter.Emphasis(e));
            (head, columns) = (new string(' ', head.Length), new string(' ', columns.Length));
        }
    }

    private string Columns(string state, string phase) =>
        $"{state,-StateWidth} " + (_hasPhase ? $"{phase,-PhaseWidth} " : "");

    private string Paint(string text, string emphasis) => Ansi.Paint(text, emphasis, colour);
}
