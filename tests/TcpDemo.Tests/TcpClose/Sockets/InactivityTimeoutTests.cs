using System.Collections.Concurrent;
using System.Net.Sockets;
using TcpClose.Sockets;

namespace TcpDemo.Tests.TcpClose.Sockets;

/// <summary>
/// The time-out aborts a connection only if its peer keeps a call waiting. If the check of one connection throws, the
/// others are checked anyway.
/// </summary>
public sealed class InactivityTimeoutTests
{
    private const string Option = "--limit";

    /// <summary>A time-out that every wait exceeds.</summary>
    private static readonly TimeSpan Over = TimeSpan.FromMilliseconds(-1);

    [Fact]
    public async Task ADefectInOneCheckIsReportedAndTheOtherConnectionsAreChecked()
    {
        using Pair pair = await Pair.ConnectAsync();
        ObservedSocket socket = pair.ObserveServer(new CollectingSink().Logger);
        Task receive = socket.ReceiveAsync().AsTask();
        var defects = new ConcurrentQueue<Exception>();

        // The check of the first connection throws.
        using (new InactivityTimeout(TimeSpan.FromMilliseconds(100), Option, () => [null!, socket], defects.Enqueue))
            await Assert.ThrowsAsync<ConnectionEndedException>(() => receive.WithTimeout());
        Assert.Equal("client silent for 100ms (--limit)", socket.Complete().Cause);
        Assert.All(defects, e => Assert.IsType<NullReferenceException>(e));
        Assert.NotEmpty(defects);
    }

    [Fact]
    public async Task APeerWhoseBytesHaveArrivedButAreNotReadYetHasNotTimedOut()
    {
        using Pair pair = await Pair.ConnectAsync();
        ObservedSocket socket = pair.ObserveServer(new CollectingSink().Logger);
        var held = new HeldContinuations();
        Task receive = held.Run(async () => Assert.Equal(5, (await socket.ReceiveAsync()).Length));
        await pair.Client.SendAsync("hello");
        await Eventually.BecomesTrueAsync(() => pair.Server.Available > 0);

        // The call has not returned yet, as after a pause of the whole process.
        socket.CheckPeer(Over, Option);
        Assert.Null(socket.End);
        held.Release();
        await receive.WithTimeout();
        Assert.Equal(ConnectionEndKind.Closed, socket.Complete().Kind);
    }

    [ConditionalFact]
    public async Task APeerThatHasReadEverythingWhileOurCallHasNotReturnedYetHasNotTimedOut()
    {
        using Pair pair = await Pair.ConnectAsync();
        ObservedSocket socket = pair.ObserveServer(new CollectingSink().Logger);
        byte[] bytes = new byte[64 * 1024 * 1024];
        var held = new HeldContinuations();
        Task send = held.Run(async () => await socket.SendAsync(bytes));
        Assert.False(send.IsCompleted);
        byte[] buffer = new byte[64 * 1024];
        await Eventually.BecomesTrueAsync(() =>
        {
            while (pair.Client.Available > 0) pair.Client.Receive(buffer);
            return pair.Server.Poll(0, SelectMode.SelectWrite);
        });

        // The first check may still find acknowledged bytes. The later checks find no progress.
        for (int i = 0; i < 10; i++) socket.CheckPeer(Over, Option);
        Assert.Null(socket.End);
        held.Release();
        socket.Abort("the rest is not needed");
        await Assert.ThrowsAsync<ConnectionEndedException>(() => send.WithTimeout());
    }

    [Fact]
    public async Task APeerThatReadsNothingHasTimedOut()
    {
        using Pair pair = await Pair.ConnectAsync();
        ObservedSocket socket = pair.ObserveServer(new CollectingSink().Logger);
        Task send = socket.SendAsync(new byte[64 * 1024 * 1024]).AsTask();
        await Eventually.BecomesTrueAsync(() =>
        {
            socket.CheckPeer(Over, Option);
            return socket.End is not null;
        });
        await Assert.ThrowsAsync<ConnectionEndedException>(() => send.WithTimeout());
        Assert.StartsWith("client did not read for ", socket.Complete().Cause, StringComparison.Ordinal);
    }
}
