using System.Globalization;
using Serilog.Events;
using TcpClose.Output;

namespace SideBySide.Running;

/// <summary>The layout of the list of the consoles' events.</summary>
internal abstract class EventLayout
{
    /// <summary>The widths of a time in milliseconds and of a state, in columns.</summary>
    protected const int TimeWidth = 5, StateWidth = 12;

    /// <summary>The heading.</summary>
    public abstract string Heading { get; }

    /// <summary>
    /// The layout for standard output: two columns on a wide terminal, otherwise one, with at most 100 characters per
    /// line.
    /// </summary>
    public static EventLayout ForStandardOutput() =>
        !Console.IsOutputRedirected && Console.WindowWidth >= TwoColumnLayout.Width
            ? new TwoColumnLayout(EventTextFormatter.ColourWanted)
            : new OneColumnLayout(EventTextFormatter.ColourWanted, EventTextFormatter.WidthOfStandardOutput);

    /// <summary>The lines of an event, without line feeds.</summary>
    /// <param name="time">
    /// Its time in milliseconds; empty for an event before the call of <c>Connect</c>, and for an event that sums up
    /// several calls.
    /// </param>
    /// <param name="e">The event.</param>
    public IEnumerable<string> Lines(string time, LogEvent e)
    {
        string side = EventTextFormatter.Text(e, "Side"), state = EventTextFormatter.Text(e, "State");
        string words = e.RenderMessage(CultureInfo.InvariantCulture);
        return Lines(time, side, e.Properties.ContainsKey("Phase") ? state : null, words, e);
    }

    /// <summary>The lines of an event.</summary>
    /// <param name="time">Its time.</param>
    /// <param name="side">Its side.</param>
    /// <param name="state">Its state; null for a sentence that is not about a call.</param>
    /// <param name="words">Its text.</param>
    /// <param name="e">The event.</param>
    protected abstract IEnumerable<string> Lines(string time, string side, string? state, string words, LogEvent e);

    /// <summary>
    /// Fits a text into a number of columns: a payload is cut, any other text continues on the next line.
    /// </summary>
    protected static IEnumerable<string> Fit(string words, int width, LogEvent e) =>
        e.Properties.ContainsKey("Payload") && words.Length > width
            ? [words[..(width - 1)] + "…"]
            : EventTextFormatter.Wrap(words, width);
}
