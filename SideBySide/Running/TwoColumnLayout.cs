using Serilog.Events;
using TcpClose.Output;

namespace SideBySide.Running;

/// <summary>
/// The client's events on the left, the server's on the right. A text that is not about a call takes the whole width.
/// </summary>
internal sealed class TwoColumnLayout(bool colour) : EventLayout
{
    /// <summary>The width of both columns, in characters.</summary>
    public const int Width = (2 * ColumnWidth) + 3;

    private const int ColumnWidth = 58, WordsAt = TimeWidth + 1 + StateWidth + 1;

    /// <inheritdoc/>
    public override string Heading => Line(Head("client"), Head("server"), Ansi.Bold);

    /// <inheritdoc/>
    protected override IEnumerable<string> Lines(string time, string side, string? state, string words, LogEvent e)
    {
        bool client = side == "client";
        if (state is null)
        {
            yield return $"{time,TimeWidth} {side}: {words}";
            yield break;
        }

        string head = $"{time,TimeWidth} {state,-StateWidth} ";
        foreach (string part in Fit(words, ColumnWidth - WordsAt, e))
        {
            yield return Line(
                client ? head + part : "", client ? "" : head + part, client ? Ansi.Client : Ansi.Server);
            head = new string(' ', WordsAt);
        }
    }

    private static string Head(string side) => $"{"ms",TimeWidth} {"state",-StateWidth} {side}";

    private string Line(string left, string right, string emphasis)
    {
        string line = $"{left,-ColumnWidth} | {right}".TrimEnd();
        return colour ? emphasis + line + Ansi.Plain : line;
    }
}
