using System.Collections.Concurrent;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using SideBySide.Timeline;

namespace TcpDemo.Tests.Infrastructure.Observing;

/// <summary>Keeps the events that the code under test logs.</summary>
public sealed class CollectingSink : ILogEventSink
{
    private readonly ConcurrentQueue<LogEvent> _events = new();

    public CollectingSink(LogEventLevel level = LogEventLevel.Debug) =>
        Logger = new LoggerConfiguration().MinimumLevel.Is(level).WriteTo.Sink(this).CreateLogger();

    public ILogger Logger { get; }

    public IReadOnlyList<LogEvent> Events => [.. _events];

    public IReadOnlyList<string> Phases => [.. Events.Select(e => e.Get<string>("Phase")).OfType<string>()];

    public void Emit(LogEvent logEvent) => _events.Enqueue(logEvent);

    /// <summary>Waits for an event with this phase.</summary>
    public async Task<LogEvent> WaitForAsync(string phase)
    {
        LogEvent? found = null;
        await Eventually.BecomesTrueAsync(
            () => (found = Events.FirstOrDefault(e => e.Get<string>("Phase") == phase)) is not null,
            () => $"no event {phase}, only: {string.Join(", ", Phases)}");
        return found!;
    }
}
