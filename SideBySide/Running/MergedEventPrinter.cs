using System.Collections.Concurrent;
using System.Threading.Channels;
using Serilog.Events;
using Serilog.Formatting;
using TcpClose.Output;

namespace SideBySide.Running;

/// <summary>Prints the events of both consoles while they run, in the order of their times.</summary>
internal sealed class MergedEventPrinter(ITextFormatter line, TextWriter output)
{
    /// <summary>How long an event waits, because the other console may still deliver an earlier one.</summary>
    private static readonly TimeSpan ReorderDelay = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<LogEvent> _events = new();
    private readonly PriorityQueue<LogEvent, DateTimeOffset> _waiting = new();

    /// <summary>All events so far.</summary>
    public IReadOnlyCollection<LogEvent> Events => _events;

    /// <summary>
    /// A printer for standard output: two columns on a wide terminal, otherwise the consoles' own lines.
    /// </summary>
    public static MergedEventPrinter ForStandardOutput()
    {
        bool wide = !Console.IsOutputRedirected && Console.WindowWidth >= TwoColumnFormatter.Width;
        return new MergedEventPrinter(wide
            ? new TwoColumnFormatter(EventTextFormatter.ColourWanted)
            : EventTextFormatter.ForStandardOutput(), Console.Out);
    }

    /// <summary>Prints until both consoles have ended their output.</summary>
    public async Task PrintAsync(IReadOnlyList<ConsoleProcess> consoles, LogEvent? first)
    {
        if (first is not null) Take(first);
        Task ended = Task.WhenAll(consoles.Select(c => c.Events.Completion));
        while (!ended.IsCompleted)
        {
            await Task.WhenAny(ended, Task.Delay(ReorderDelay / 2));
            foreach (ConsoleProcess console in consoles) Take(console.Events);
            Print(DateTimeOffset.Now - ReorderDelay);
        }

        Print(DateTimeOffset.MaxValue);
    }

    /// <summary>Prints a line that is not an event.</summary>
    public void Print(string text) => Print(o => o.WriteLine(text));

    private void Take(ChannelReader<LogEvent> events)
    {
        while (events.TryRead(out LogEvent? e)) Take(e);
    }

    private void Take(LogEvent e)
    {
        _events.Enqueue(e);
        _waiting.Enqueue(e, e.Timestamp);
    }

    private void Print(DateTimeOffset until)
    {
        while (_waiting.TryPeek(out LogEvent? e, out DateTimeOffset at) && at <= until) Print(_waiting.Dequeue());
    }

    private void Print(LogEvent e) => Print(o => line.Format(e, o));

    private void Print(Action<TextWriter> write)
    {
        try
        {
            write(output);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // A full disk or a closed output ends the printing, not the run. The exit code still reports the result.
        }
    }
}
