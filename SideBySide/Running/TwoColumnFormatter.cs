using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using TcpClose.Output;

namespace SideBySide.Running;

/// <summary>
/// Formats events in two columns, the client's on the left and the server's on the right: seconds since the first line,
/// kernel state, text. A text without a phase (such as the verdict) takes the whole width.
/// </summary>
internal sealed class TwoColumnFormatter(bool colour) : ITextFormatter
{
    /// <summary>The width that it needs, in columns.</summary>
    public const int Width = (2 * ColumnWidth) + 3;

    private const int ColumnWidth = 58, WordsAt = 22;

    private DateTimeOffset? _start;

    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        if (_start is null)
        {
            _start = logEvent.Timestamp;
            Write(output, "seconds  state        client", "seconds  state        server", Ansi.Bold);
        }

        string time = (logEvent.Timestamp - _start.Value).TotalSeconds.ToString("0.000000",
            CultureInfo.InvariantCulture);
        string words = logEvent.RenderMessage(CultureInfo.InvariantCulture);
        bool client = EventTextFormatter.Text(logEvent, "Side") == "client";
        if (!logEvent.Properties.ContainsKey("Phase"))
        {
            output.WriteLine($"{time} {(client ? "client" : "server")}: {words}");
            return;
        }

        string head = $"{time} {EventTextFormatter.Text(logEvent, "State"),-12} ";
        foreach (string part in EventTextFormatter.Wrap(words, ColumnWidth - WordsAt))
        {
            Write(output, client ? head + part : "", client ? "" : head + part, client ? Ansi.Client : Ansi.Server);
            head = new string(' ', WordsAt);
        }
    }

    private void Write(TextWriter output, string left, string right, string emphasis)
    {
        string line = $"{left,-ColumnWidth} | {right}".TrimEnd();
        output.WriteLine(colour ? emphasis + line + Ansi.Plain : line);
    }
}
