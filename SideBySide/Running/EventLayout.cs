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

    /// <summary>Two columns on a wide terminal, otherwise one.</summary>
    public static EventLayout ForStandardOutput() =>
        !Console.IsOutputRedirected && Console.WindowWidth >= TwoColumnLayout.Width
            ? new TwoColumnLayout(EventTextFormatter.ColourWanted)
            : new OneColumnLayout(EventTextFormatter.ColourWanted, EventTextFormatter.WidthOfStandardOutput);

    /// <summary>
    /// The lines of an event. Its time is in milliseconds; it is empty for an event before <c>Connect</c>, and for an
    /// event that sums up several calls.
    /// </summary>
    public IEnumerable<string> Lines(string time, LogEvent e)
    {
        string side = EventTextFormatter.Text(e, "Side"), state = EventTextFormatter.Text(e, "State");
        string words = e.RenderMessage(CultureInfo.InvariantCulture);
        return Lines(time, side, e.Properties.ContainsKey("Phase") ? state : null, words, e);
    }

    /// <summary>
    /// The lines of an event. <paramref name="state"/> is null for a sentence that is not about a call.
    /// </summary>
    protected abstract IEnumerable<string> Lines(string time, string side, string? state, string words, LogEvent e);

    /// <summary>Cuts a payload that is too wide, and wraps any other text.</summary>
    protected static IEnumerable<string> Fit(string words, int width, LogEvent e) =>
        e.Properties.ContainsKey("Payload") && words.Length > width
            ? [words[..(width - 1)] + "…"]
            : EventTextFormatter.Wrap(words, width);
}
