using System.Net.NetworkInformation;
using System.Net.Sockets;
using EchoServer;
using SideBySide.Timeline;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace TcpDemo.Tests.TcpClose.Sockets;

/// <summary>
/// A stream rents a large buffer while there are some, and returns it however it ends; clients that do not read cannot
/// make the server hold more.
/// </summary>
public sealed class ReceiveBufferPoolTests
{
    /// <summary>
    /// The kernel's buffer on the way back, in bytes: with the 64 KiB that a client's takes at first that is less than
    /// a large one.
    /// </summary>
    private const int Narrow = 4096;

    [Fact]
    public void TheNumberOfLargeBuffersIsLimitedAndAReturnedOneIsRentedAgain()
    {
        var buffers = new ReceiveBufferPool();
        byte[][] large = [.. Enumerable.Range(0, ReceiveBufferPool.MaxLargeBuffers)
            .Select(_ => buffers.Rent(large: true))];
        Assert.All(large, b => Assert.Equal(ReceiveBufferPool.Large, b.Length));
        Assert.Equal(ReceiveBufferPool.Small, buffers.Rent(large: true).Length);

        buffers.Return(large[0]);
        Assert.Equal(ReceiveBufferPool.Large, buffers.Rent(large: true).Length);
        Assert.Equal(ReceiveBufferPool.Small, buffers.Rent(large: true).Length);
    }

    [Fact]
    public void SmallBuffersAreNotCounted()
    {
        var buffers = new ReceiveBufferPool();
        for (int i = 0; i < 2 * ReceiveBufferPool.MaxLargeBuffers; i++)
            Assert.Equal(ReceiveBufferPool.Small, buffers.Rent(large: false).Length);
        Assert.Equal(ReceiveBufferPool.Large, buffers.Rent(large: true).Length);
    }

    [ConditionalTheory]
    [InlineData("the client's reset", "ResetReceived")]
    [InlineData("the server's abort", "Aborted")]
    [InlineData("the client's FIN", "SocketClosed")]
    public async Task AStreamRentsALargeBufferAndReturnsItHoweverItEnds(string end, string lastPhase)
    {
        // More waits for the server than a small buffer takes, and its kernel takes little to be sent: it is stuck in
        // Send with its first large buffer until the client reads.
        using Pair pair = await Pair.ConnectAsync();
        pair.Server.SendBufferSize = Narrow;
        int sent = pair.Client.Fill();
        Assert.True(sent > 2 * ReceiveBufferPool.Large, $"the kernel took {sent} bytes");
        var log = new CollectingSink();
        var buffers = new ReceiveBufferPool();
        ObservedSocket socket = pair.ObserveServer(log.Logger, buffers);
        Task served = ServeAsync(socket);
        await Eventually.BecomesTrueAsync(() =>
            log.Events.Any(e => e.Get<string>("Phase") == "Received" && e.Get<int>("Count") > ReceiveBufferPool.Small));
        Assert.Equal(ReceiveBufferPool.MaxLargeBuffers - 1, LargeLeft(buffers));
        Assert.False(served.IsCompleted);

        if (lastPhase == "ResetReceived") pair.Client.Abort();
        else if (lastPhase == "Aborted") socket.Abort(end);
        else
        {
            pair.Client.Shutdown(SocketShutdown.Send);
            Assert.Equal(sent, (await pair.Client.ReadToEndAsync()).Length);
        }

        await served.WithTimeout();
        await log.WaitForAsync(lastPhase);
        Assert.Equal(ReceiveBufferPool.MaxLargeBuffers, LargeLeft(buffers));
    }

    [ConditionalFact]
    public async Task AHalfClosedConnectionHoldsNoLargeBuffer()
    {
        // All of it fits the kernel's buffer: a small buffer is read full, a large one takes the rest, and behind that
        // is the FIN.
        using Pair pair = await Pair.ConnectAsync();
        int sent = await pair.Client.SendAsync(new byte[3 * ReceiveBufferPool.Small]).WithTimeout();
        pair.Client.Shutdown(SocketShutdown.Send);
        await Eventually.BecomesTrueAsync(() => SocketState.Read(pair.Server) == TcpState.CloseWait);
        var buffers = new ReceiveBufferPool();
        using ObservedSocket socket = pair.ObserveServer(new CollectingSink().Logger, buffers);
        int maxCount = 0;
        for (int count; (count = (await socket.ReceiveAsync().WithTimeout()).Length) > 0; sent -= count)
            maxCount = Math.Max(maxCount, count);
        Assert.Equal(0, sent);
        Assert.Equal(2 * ReceiveBufferPool.Small, maxCount);
        Assert.Equal(ReceiveBufferPool.MaxLargeBuffers, LargeLeft(buffers));
    }

    private static async Task ServeAsync(ObservedSocket socket)
    {
        try
        {
            await PassiveClose.RunAsync(socket, TimeSpan.Zero);
        }
        catch (ConnectionEndedException)
        {
        }

        socket.Complete();
    }

    // How many large ones may still be rented, found out by renting them.
    private static int LargeLeft(ReceiveBufferPool buffers)
    {
        var rented = new List<byte[]>();
        do rented.Add(buffers.Rent(large: true)); while (rented[^1].Length == ReceiveBufferPool.Large);
        rented.ForEach(buffers.Return);
        return rented.Count - 1;
    }
}
