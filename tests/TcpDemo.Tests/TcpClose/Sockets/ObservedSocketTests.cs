using System.Net.NetworkInformation;
using System.Net.Sockets;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using SideBySide.Timeline;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace TcpDemo.Tests.TcpClose.Sockets;

/// <summary>
/// ObservedSocket ends a connection once, reports the first cause, and reports a reset that .NET would hide.
/// </summary>
public sealed class ObservedSocketTests
{
    [ConditionalFact]
    public Task ShutdownFailsIfTheConnectionWasResetBefore() => ReportsTheResetAsync(
        socket => Assert.Throws<ConnectionEndedException>(() => socket.Shutdown(SocketShutdown.Send)),
        "before Shutdown");

    [ConditionalFact]
    public Task DisposeReportsAResetThatNoCallHasReported() =>
        ReportsTheResetAsync(socket => socket.Dispose(), "before Close");

    [ConditionalFact]
    public Task AnAbortOfAConnectionThatWasResetReportsTheReset() =>
        ReportsTheResetAsync(socket => socket.Abort("stopped"), "before we aborted");

    [ConditionalTheory]
    [InlineData(TcpState.Closing)]
    [InlineData(TcpState.LastAck)]
    public async Task AnAbortAfterBothFinsResetsNothingAndTheKernelDeliversWhatIsQueued(TcpState state)
    {
        // The client reads nothing before the abort, so our FIN stays in the queue.
        using Pair pair = await Pair.ConnectAsync();
        (ObservedSocket socket, CollectingSink log) = Observe(pair);
        if (state == TcpState.LastAck) pair.Client.Shutdown(SocketShutdown.Send);
        await Eventually.BecomesTrueAsync(() => SocketState.Read(pair.Server)
            == (state == TcpState.LastAck ? TcpState.CloseWait : TcpState.Established));
        int queued = pair.Server.Fill();
        socket.Shutdown(SocketShutdown.Send);
        if (state == TcpState.Closing) pair.Client.Shutdown(SocketShutdown.Send);
        await Eventually.BecomesTrueAsync(() => SocketState.Read(pair.Server) == state);

        socket.Abort("stopped");
        Assert.Equal((ConnectionEndKind.Closed, "stopped"), (socket.Complete().Kind, socket.End!.Cause));
        Assert.Equal(["Accepted", "FinQueued", "SocketClosed"], log.Phases);
        Assert.Equal(queued, (await pair.Client.ReadToEndAsync()).Length);
    }

    [Fact]
    public async Task TheFirstCauseWins()
    {
        using Pair pair = await Pair.ConnectAsync();
        (ObservedSocket socket, CollectingSink log) = Observe(pair);
        socket.Abort("first");
        socket.Abort("second");
        socket.Dispose();
        Assert.Equal("first", socket.Complete().Cause);
        Assert.Equal("first", Assert.Single(log.Events, e => e.Get<string>("Phase") == "Aborted").Get<string>("Cause"));
        Assert.DoesNotContain("SocketClosed", log.Phases);
    }

    [Fact]
    public async Task AnAbortWhileTheFinIsBeingReportedIsReportedAfterIt()
    {
        using Pair pair = await Pair.ConnectAsync();
        using var held = new HeldSink("FinQueued");
        ObservedSocket socket = pair.ObserveServer(held.Logger);
        Task shutdown = Task.Run(() => socket.Shutdown(SocketShutdown.Send));
        await held.IsHeld.WithTimeout();

        // The abort must not wait for the log: events are not written under a lock.
        await Task.Run(() => socket.Abort("stopped")).WithTimeout();
        held.Release();
        await shutdown.WithTimeout();
        Assert.Equal(ConnectionEndKind.Aborted, socket.Complete().Kind);
        Assert.Equal(["Accepted", "FinQueued", "Aborted"], held.Phases);
    }

    [ConditionalFact]
    public async Task ADelayEndsWhenThePeerResetsTheConnection()
    {
        using Pair pair = await Pair.ConnectAsync();
        (ObservedSocket socket, _) = Observe(pair);
        Task delay = socket.DelayAsync(TimeSpan.FromHours(1));
        pair.Client.Abort();
        await Assert.ThrowsAsync<ConnectionEndedException>(() => delay.WithTimeout());
        Assert.Equal(ConnectionEndKind.Reset, socket.Complete().Kind);
    }

    [Fact]
    public async Task ADelayEndsWhenAnotherThreadAborts()
    {
        using Pair pair = await Pair.ConnectAsync();
        (ObservedSocket socket, _) = Observe(pair);
        Task delay = socket.DelayAsync(TimeSpan.FromHours(1));
        socket.Abort("stopped");
        await Assert.ThrowsAsync<ConnectionEndedException>(() => delay.WithTimeout());
        Assert.Equal("stopped", socket.Complete().Cause);
    }

    [Fact]
    public async Task ADelayCanBeInterruptedLongBeforeItsEnd()
    {
        var delay = new InterruptibleDelay();
        Task wait = delay.WaitAsync(TimeSpan.FromHours(1), hasEnded: () => false);
        delay.Interrupt();
        await wait.WithTimeout();
        delay.Interrupt();
    }

    [Fact]
    public async Task ElapsedTimesAreThoseOfTheCallsAndInTheirOrder()
    {
        // The line with the total is written after the FIN has been read, but has the time of the last Receive before
        // the FIN.
        using Pair pair = await Pair.ConnectAsync();
        (ObservedSocket socket, CollectingSink log) = Observe(pair);
        await pair.Client.SendAsync("a");
        await socket.ReceiveAsync().WithTimeout();
        await pair.Client.SendAsync("b");
        await socket.ReceiveAsync().WithTimeout();
        await Task.Delay(50);
        pair.Client.Shutdown(SocketShutdown.Send);
        await socket.ReceiveAsync().WithTimeout();
        socket.Dispose();
        double[] elapsed = [.. log.Events.Where(e => e.Level >= LogEventLevel.Information)
            .Select(e => e.Get<double>("ElapsedMs"))];
        Assert.Equal(["Accepted", "Received", "Received", "FinRead", "SocketClosed"],
            log.Events.Where(e => e.Level >= LogEventLevel.Information).Select(e => e.Get<string>("Phase")));
        Assert.Equal(elapsed.Order(), elapsed);
        Assert.True(elapsed[3] - elapsed[2] >= 40, $"in all at {elapsed[2]} ms, the FIN at {elapsed[3]} ms");
    }

    [Fact]
    public async Task ACheckOfAnAbortedConnectionWhoseCallHasNotReturnedYetDoesNotThrow()
    {
        using Pair pair = await Pair.ConnectAsync();
        (ObservedSocket socket, _) = Observe(pair);
        var held = new HeldContinuations();
        Task receive = held.Run(async () => await socket.ReceiveAsync());
        socket.Abort("stopped");

        // The descriptor is closed, but the Receive has not returned yet, so the connection still counts as waiting for
        // its peer.
        socket.CheckPeer(TimeSpan.FromMilliseconds(-1), "--limit");
        held.Release();
        await Assert.ThrowsAsync<ConnectionEndedException>(() => receive.WithTimeout());
        Assert.Equal("stopped", socket.Complete().Cause);
    }

    [Fact]
    public async Task TheBytesOfAFailedSendAreCountedAsFarAsTheKernelAcceptedThem()
    {
        using Pair pair = await Pair.ConnectAsync();
        (ObservedSocket socket, _) = Observe(pair);
        Task send = socket.SendAsync(new byte[64 * 1024 * 1024]).AsTask();
        await Eventually.BecomesTrueAsync(() => socket.BytesSent > 0);
        socket.Abort("stopped");
        await Assert.ThrowsAsync<ConnectionEndedException>(() => send.WithTimeout());
        Assert.InRange(socket.BytesSent, 1, 64 * 1024 * 1024 - 1);
    }

    private static async Task ReportsTheResetAsync(Action<ObservedSocket> end, string cause)
    {
        using Pair pair = await Pair.ConnectAsync();
        (ObservedSocket socket, CollectingSink log) = Observe(pair);
        pair.Client.Abort();
        await Eventually.BecomesTrueAsync(() =>
            SocketState.Read(pair.Server) == TcpState.Closed);
        end(socket);
        Assert.Equal((ConnectionEndKind.Reset, cause), (socket.Complete().Kind, socket.End!.Cause));
        Assert.Equal(["Accepted", "ResetReceived", "SocketClosed"], log.Phases);
    }

    private static (ObservedSocket Socket, CollectingSink Log) Observe(Pair pair)
    {
        var log = new CollectingSink();
        return (pair.ObserveServer(log.Logger), log);
    }

    // A sink that blocks the thread that writes an event of the given phase. Release ends the block.
    private sealed class HeldSink : ILogEventSink, IDisposable
    {
        private readonly string _phase;
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _open = new();
        private readonly CollectingSink _written = new();

        public HeldSink(string phase)
        {
            _phase = phase;
            Logger = new LoggerConfiguration().WriteTo.Sink(this).CreateLogger();
        }

        public ILogger Logger { get; }

        public Task IsHeld => _held.Task;

        public IReadOnlyList<string> Phases => _written.Phases;

        public void Release() => _open.Set();

        public void Emit(LogEvent logEvent)
        {
            if (logEvent.Get<string>("Phase") == _phase)
            {
                _held.TrySetResult();
                _open.Wait(Eventually.Limit);
            }

            _written.Emit(logEvent);
        }

        public void Dispose()
        {
            _open.Set();
            _open.Dispose();
        }
    }
}
