using System.Net.NetworkInformation;
using System.Net.Sockets;
using EchoServer;
using SideBySide.Timeline;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace TcpDemo.Tests.TcpClose.Sockets;

/// <summary>
/// A connection that has filled a small buffer rents a large one if one is available, and always returns it. The number
/// of large buffers is limited.
/// </summary>
public sealed class ReceiveBufferPoolTests
{
    /// <summary>
    /// The size of the server's kernel send buffer in bytes. Even with the 64 KiB that the client's kernel accepts at
    /// first, it is less than a large buffer.
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
        // The server's kernel accepts few bytes to send. So the server is stuck in Send with its first large buffer
        // until the client reads.
        using Pair pair = await Pair.ConnectAsync();
        pair.Server.SendBufferSize = Narrow;
        int sent = pair.Client.Fill();
        Assert.True(sent > 2 * ReceiveBufferPool.Large, $"the kernel accepted {sent} bytes");
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
        // The first read fills a small buffer. The second reads the rest into a large one.
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

    // Counts the large buffers that can still be rented.
    private static int LargeLeft(ReceiveBufferPool buffers)
    {
        var rented = new List<byte[]>();
        do rented.Add(buffers.Rent(large: true)); while (rented[^1].Length == ReceiveBufferPool.Large);
        rented.ForEach(buffers.Return);
        return rented.Count - 1;
    }
}
