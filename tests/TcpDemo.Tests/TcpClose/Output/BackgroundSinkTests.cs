using System.Diagnostics;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using TcpClose.Output;

namespace TcpDemo.Tests.TcpClose.Output;

/// <summary>
/// Events are written in the background. Callers usually wait for a slow output, but not for a stuck one. Lost events
/// are counted.
/// </summary>
[Trait("Tier", "Long")]
public sealed class BackgroundSinkTests
{
    private readonly Output _output = new();

    [Fact]
    public async Task AllEventsAreWrittenInOrderBeforeDisposeReturns()
    {
        await WriteAsync(50_000);
        Assert.Equal(Enumerable.Range(0, 50_000), _output.Numbers);
        Assert.Equal(0, _output.Dropped);
    }

    [Fact]
    public async Task TheOutputIsFlushedAfterTheLastWaitingEventAndNotAfterEach()
    {
        await WriteAsync(50_000);
        Assert.Equal(50_000, _output.FlushedBehind);
        Assert.InRange(_output.Flushes, 1, 25_000);
    }

    [Fact]
    public async Task IfTheOutputIsSlowTheCallersWaitAndNothingIsLost()
    {
        _output.Spin = 500;
        await WriteAsync(3 * BackgroundSink.Capacity);
        Assert.Equal(Enumerable.Range(0, 3 * BackgroundSink.Capacity), _output.Numbers);
        Assert.Equal(0, _output.Dropped);
    }

    [Fact]
    public async Task IfTheOutputIsStuckTheCallersContinueAndTheLostEventsAreCounted()
    {
        _output.Open.Reset();
        await WriteAsync(3 * BackgroundSink.Capacity, releaseLast: true);

        // The last events were lost. Their loss is reported after the written events.
        Assert.InRange(_output.Dropped, 1, 2 * BackgroundSink.Capacity);
        Assert.Equal(Enumerable.Range(0, _output.Numbers.Count), _output.Numbers);
        Assert.Equal((3 * BackgroundSink.Capacity, _output.Numbers.Count),
            (_output.Numbers.Count + _output.Dropped, _output.DroppedBehind));
    }

    [Fact]
    public async Task IfCallersMayNotWaitASlowOutputLosesEvents()
    {
        _output.Spin = 500;
        await WriteAsync(10 * BackgroundSink.Capacity, mayWait: false);
        Assert.InRange(_output.Dropped, 1, 9 * BackgroundSink.Capacity);
        Assert.Equal(10 * BackgroundSink.Capacity, _output.Numbers.Count + _output.Dropped);
        Assert.Equal(_output.Numbers.Order(), _output.Numbers);
    }

    [Fact]
    public async Task ASlowOutputDoesNotBlockAThreadOfThePoolForLong()
    {
        // At 5 ms an event, the output makes progress, but the queue has room only after 50 s.
        const int Count = (2 * BackgroundSink.Capacity) + 1_000;
        var sink = new BackgroundSink(_output, mayWait: true, _output.Drop, _output.Flush);
        _output.DelayMs = 5;
        TimeSpan longest = await Task.Run(() => MaxCallTime(sink, Count)).WithTimeout();
        _output.DelayMs = 0;
        await Task.Run(sink.Dispose).WithTimeout();

        Assert.InRange(longest, TimeSpan.Zero, 10 * BackgroundSink.PoolWaitLimit);
        Assert.InRange(_output.Dropped, 1, Count - BackgroundSink.Capacity);
        Assert.Equal(Count, _output.Numbers.Count + _output.Dropped);
    }

    private static TimeSpan MaxCallTime(BackgroundSink sink, int count)
    {
        using Logger logger = new LoggerConfiguration().WriteTo.Sink(new Undisposed(sink)).CreateLogger();
        TimeSpan longest = TimeSpan.Zero;
        for (int i = 0; i < count; i++)
        {
            long began = Stopwatch.GetTimestamp();
            logger.Information("{Number}", i);
            longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, Stopwatch.GetElapsedTime(began).Ticks));
        }

        return longest;
    }

    // Keeps the logger from disposing the sink, which would wait for the slow output.
    private sealed class Undisposed(BackgroundSink sink) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => sink.Emit(logEvent);
    }

    // Writes the events from a thread outside the pool. With mayWait, this thread waits for a slow output. With
    // releaseLast, the output is stuck until the thread has logged the last event.
    private Task WriteAsync(int count, bool mayWait = true, bool releaseLast = false) => Task.Factory.StartNew(() =>
    {
        using Logger logger = new LoggerConfiguration().WriteTo.Sink(new BackgroundSink(_output, mayWait, _output.Drop,
            _output.Flush)).CreateLogger();
        for (int i = 0; i < count; i++) logger.Information("{Number}", i);
        Assert.NotEqual(releaseLast, _output.Open.IsSet);
        _output.Open.Set();
    }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private sealed class Output : ILogEventSink
    {
        public List<int> Numbers { get; } = [];

        public ManualResetEventSlim Open { get; } = new(true);

        public int Dropped { get; private set; }

        /// <summary>The number of events that had been written when the loss was reported.</summary>
        public int DroppedBehind { get; private set; }

        public int Spin { get; set; }

        public volatile int DelayMs;

        public int Flushes { get; private set; }

        /// <summary>The number of events that had been written at the last flush.</summary>
        public int FlushedBehind { get; private set; }

        public void Drop(long count)
        {
            Dropped += (int)count;
            DroppedBehind = Numbers.Count;
        }

        public void Flush()
        {
            Flushes++;
            FlushedBehind = Numbers.Count;
        }

        public void Emit(LogEvent logEvent)
        {
            Open.Wait();
            Thread.SpinWait(Spin);
            if (DelayMs > 0) Thread.Sleep(DelayMs);
            Numbers.Add((int)((ScalarValue)logEvent.Properties["Number"]).Value!);
        }
    }
}
