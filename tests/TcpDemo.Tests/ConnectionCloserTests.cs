using EchoServer.Hosting;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using TcpClose.Events;
using TcpClose.Sockets;

namespace TcpDemo.Tests;

/// <summary>
/// A connection's own thread, the idle timer and a stop may all want to end it. Whoever comes second waits until the first is done
/// with the socket: to dispose of it in the middle of an abort would end the timer's thread, and the server with it.
/// </summary>
public sealed class ConnectionCloserTests
{
    [ConditionalFact]
    public async Task WhoComesSecondWaitsUntilTheAbortIsOver()
    {
        using Pair pair = await Pair.ConnectAsync();
        using var held = new HeldSink();
        var end = new ConnectionEnd(pair.Server, new CloseLog(held.Logger, Side.Server), new CallUnderWay());
        Task aborting = Task.Run(() => end.Abort("stopped"));
        await Eventually.BecomesTrueAsync(() => held.Events == 1);

        bool begins = false;
        bool? isFirst = null;
        var second = new Thread(() =>
        {
            // Once in vain: the first call of a method waits for its compilation.
            new ConnectionEnd(pair.Server, new CloseLog(held.Logger, Side.Server), new CallUnderWay()).TryClaim();
            Volatile.Write(ref begins, true);
            isFirst = end.TryClaim();
        })
        { IsBackground = true };
        second.Start();
        await Eventually.BecomesTrueAsync(() => Volatile.Read(ref begins) && second.ThreadState.HasFlag(ThreadState.WaitSleepJoin), () => $"it is {second.ThreadState}, and has claimed: {isFirst}");
        Assert.Null(isFirst);
        Assert.False(aborting.IsCompleted);

        held.LetGo();
        await aborting.WithTimeout();
        await Eventually.BecomesTrueAsync(() => isFirst is not null);
        Assert.False(isFirst);
        end.Abort("once more");
        Assert.Equal(1, held.Events);
    }

    // Its writer waits in the middle of an event.
    private sealed class HeldSink : ILogEventSink, IDisposable
    {
        private readonly ManualResetEventSlim _open = new();
        private int _events;

        public HeldSink() => Logger = new LoggerConfiguration().WriteTo.Sink(this).CreateLogger();

        public ILogger Logger { get; }

        public int Events => Volatile.Read(ref _events);

        public void LetGo() => _open.Set();

        public void Emit(LogEvent logEvent)
        {
            Interlocked.Increment(ref _events);
            _open.Wait(Eventually.Limit);
        }

        public void Dispose() => LetGo();
    }
}
