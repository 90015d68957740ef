using System.Collections.Concurrent;
using System.Threading.Channels;
using Serilog.Events;
using SideBySide.Timeline;
using TcpClose.Kernel;

namespace SideBySide.Running;

/// <summary>Prints the events of both consoles while they run, causes before effects.</summary>
internal sealed class MergedEventPrinter(EventLayout layout, TextWriter output, bool hasRelay = false)
{
    /// <summary>How long an event waits for an earlier one of the other console.</summary>
    private static readonly TimeSpan ReorderDelay = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentQueue<LogEvent> _events = new();

    /// <summary>The printed events in order.</summary>
    public IReadOnlyCollection<LogEvent> Events => _events;

    /// <summary>
    /// Prints until both consoles have ended their output. <paramref name="first"/> is an event that has been read
    /// already; null if none has.
    /// </summary>
    public async Task PrintAsync(IReadOnlyList<ConsoleProcess> consoles, LogEvent? first, RunClock clock)
    {
        var merger = new ConsoleMerger(clock, hasRelay);
        Print(layout.Heading);
        if (first is not null) merger.Add(first);
        Task ended = Task.WhenAll(consoles.Select(c => c.Events.Completion));
        while (!ended.IsCompleted)
        {
            await Task.WhenAny(ended, Task.Delay(ReorderDelay / 8));
            foreach (ConsoleProcess console in consoles) Take(console.Events, merger);
            await PrintAsync(merger, clock, Clock.Now - (long)ReorderDelay.TotalNanoseconds);
        }

        await PrintAsync(merger, clock, long.MaxValue);
    }

    /// <summary>Prints a line that is not an event.</summary>
    public void Print(string text)
    {
        try
        {
            output.WriteLine(text);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // A full disk or a closed output does not end the run.
        }
    }

    private static void Take(ChannelReader<LogEvent> events, ConsoleMerger merger)
    {
        while (events.TryRead(out LogEvent? e)) merger.Add(e);
    }

    private async Task PrintAsync(ConsoleMerger merger, RunClock clock, long until)
    {
        while (merger.TakeNext(until) is { } e)
        {
            _events.Enqueue(e);
            string time = await clock.MillisecondsAsync(e);
            foreach (string line in layout.Lines(time, e)) Print(line);
        }
    }
}
