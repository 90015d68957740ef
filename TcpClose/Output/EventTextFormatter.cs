using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using TcpClose.Events;

namespace TcpClose.Output;

/// <summary>
/// Formats an event as a line: time, side, connection, kernel state, phase, text. A narrow terminal shows neither side
/// nor phase. On a terminal a long text continues on the next line. A long payload is cut instead, also in a file.
/// </summary>
/// <param name="colour">Whether to colour lines by side, and problems in red.</param>
/// <param name="width">The available columns; unlimited in a file.</param>
public sealed class EventTextFormatter(bool colour, int width = EventTextFormatter.MaxWidth) : ITextFormatter
{
    /// <summary>
    /// The maximum width, in columns, of a line on a terminal, and of a line with a payload in a file.
    /// </summary>
    public const int MaxWidth = 100;

    private const int MinTerminalWidth = 75;

    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        string side = Text(logEvent, "Side");
        bool isNarrow = width < MaxWidth;
        string head = string.Create(CultureInfo.InvariantCulture, $"{logEvent.Timestamp:HH:mm:ss.fff} ")
            + (isNarrow ? "" : $"{side,-6} ") + $"{Text(logEvent, "Connection"),5} ";
        string columns = !logEvent.Properties.ContainsKey("Phase") ? ""
            : $"{Text(logEvent, "State"),-12} " + (isNarrow ? "" : $"{Text(logEvent, "Phase"),-13} ");
        int before = head.Length + columns.Length;
        string words = logEvent.RenderMessage(CultureInfo.InvariantCulture);
        int end = Math.Min(width, MaxWidth);
        if (logEvent.Properties.ContainsKey("Payload") && before + words.Length > end)
            words = words[..(end - before - 1)] + "…";

        foreach (string part in Wrap(words, width - before))
        {
            output.WriteLine(colour
                ? $"{(side == "client" ? Ansi.Client : Ansi.Server)}{head}{Ansi.Bold}{columns}{Ansi.Plain}"
                    + $"{Emphasis(logEvent)}{part}{Ansi.Plain}"
                : head + columns + part);
            head = new string(' ', head.Length);
            columns = new string(' ', columns.Length);
        }
    }

    /// <summary>Creates the formatter for standard output: coloured on a terminal, plain in a file or a pipe.</summary>
    public static EventTextFormatter ForStandardOutput() =>
        new(ColourWanted, Console.IsOutputRedirected ? int.MaxValue : WidthOfStandardOutput);

    /// <summary>
    /// The width of a line on standard output, in columns: the terminal's width if it is from 75 to 99, otherwise
    /// <see cref="MaxWidth"/>.
    /// </summary>
    public static int WidthOfStandardOutput =>
        !Console.IsOutputRedirected && Console.WindowWidth is >= MinTerminalWidth and < MaxWidth and var terminal
            ? terminal
            : MaxWidth;

    /// <summary>Whether to write colour to standard output (https://no-color.org).</summary>
    public static bool ColourWanted =>
        !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>A property as text; <c>-</c> if it is missing or null.</summary>
    public static string Text(LogEvent logEvent, string property) =>
        logEvent.Properties.TryGetValue(property, out LogEventPropertyValue? value)
        && value is ScalarValue { Value: { } known }
            ? Convert.ToString(known, CultureInfo.InvariantCulture) ?? "-"
            : "-";

    /// <summary>Breaks text into lines of at most <paramref name="width"/> columns, at spaces if possible.</summary>
    public static IEnumerable<string> Wrap(string words, int width)
    {
        while (words.Length > width)
        {
            int cut = words.LastIndexOf(' ', width);
            if (cut <= 0) cut = width;
            yield return words[..cut];
            words = words[cut..].TrimStart();
        }

        yield return words;
    }

    /// <summary>The colour of an event's text: red for a problem, green for a good result, otherwise empty.</summary>
    public static string Emphasis(LogEvent logEvent)
    {
        string phase = Text(logEvent, "Phase"), exitCode = Text(logEvent, "ExitCode");
        if (exitCode != "-") return exitCode == "0" ? Ansi.Good : Ansi.Bad;
        if (phase == nameof(ClosePhase.Listening)) return "";
        return logEvent.Level >= LogEventLevel.Warning || phase == nameof(ClosePhase.ResetReceived) ? Ansi.Bad : "";
    }
}
