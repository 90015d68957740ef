using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;

namespace TcpClose;

/// <summary>
/// One event as one line of at most <see cref="MaxWidth"/> columns: time, side, connection, kernel state, phase, words.
/// An event without a phase puts its sentence where the state would stand. Both consoles and SideBySide print with it.
/// </summary>
/// <param name="colour">Whether to colour by side, and trouble in red, with ANSI escape sequences.</param>
public sealed class TextLine(bool colour) : ITextFormatter
{
    /// <summary>The widest line, in columns.</summary>
    public const int MaxWidth = 100;

    private const string Cyan = "\e[36m", Yellow = "\e[33m", Red = "\e[31m", Green = "\e[32m", Bold = "\e[1m", Plain = "\e[0m";

    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        string side = Text(logEvent, "Side");
        string head = string.Create(CultureInfo.InvariantCulture,
            $"{logEvent.Timestamp:HH:mm:ss.ffffff} {side,-6} {Text(logEvent, "Connection"),5} ");
        string columns = logEvent.Properties.ContainsKey("Phase")
            ? $"{Text(logEvent, "State"),-12} {Text(logEvent, "Phase"),-13} "
            : "";
        string words = Clip(logEvent.RenderMessage(CultureInfo.InvariantCulture), MaxWidth - head.Length - columns.Length);

        if (!colour) output.WriteLine(head + columns + words);
        else output.WriteLine($"{(side == "client" ? Cyan : Yellow)}{head}{Bold}{columns}{Plain}{Emphasis(logEvent)}{words}{Plain}");
    }

    /// <summary>Whether standard output is a terminal that wants colour (https://no-color.org).</summary>
    public static bool ColourWanted =>
        !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>A property as text, <c>-</c> where it is missing or null.</summary>
    public static string Text(LogEvent logEvent, string property) =>
        logEvent.Properties.TryGetValue(property, out LogEventPropertyValue? value) && value is ScalarValue { Value: { } known }
            ? Convert.ToString(known, CultureInfo.InvariantCulture) ?? "-"
            : "-";

    private static string Clip(string words, int width) => words.Length <= width ? words : words[..(width - 1)] + "…";

    private static string Emphasis(LogEvent logEvent)
    {
        bool trouble = logEvent.Level >= LogEventLevel.Warning || Text(logEvent, "Phase") == nameof(ClosePhase.ResetReceived)
            || Text(logEvent, "ExitCode") is not "-" and not "0";
        return trouble ? Red : logEvent.Properties.ContainsKey("ExitCode") ? Green : "";
    }
}
