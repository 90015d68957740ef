using System.Net;
using System.Net.Sockets;
using PathCheck.Faults;
using TcpClose.Kernel;

namespace TcpDemo.Tests.PathCheck.Faults;

/// <summary>
/// Two plain sockets observe each fault of <c>PathCheck relay</c>. The fault is in the direction from sender to
/// receiver.
/// </summary>
public sealed class FaultTests
{
    private static readonly byte[] Data = [.. Enumerable.Range(0, 2000).Select(i => (byte)i)];

    public static TheoryData<bool> BothDirections => [true, false];

    [Theory]
    [MemberData(nameof(BothDirections))]
    public async Task WithoutAFaultBytesFinAndTheReplyAfterItArrive(bool toServer)
    {
        await using Relayed relayed = await Relayed.StartAsync("none", toServer);
        await SendAndShutdownAsync(relayed.Sender, Data);
        Assert.Equal(Data, await relayed.Receiver.ReadToEndAsync());
        await SendAndShutdownAsync(relayed.Receiver, Data);
        Assert.Equal(Data, await relayed.Sender.ReadToEndAsync());
    }

    [Theory]
    [MemberData(nameof(BothDirections))]
    public async Task WithoutAFaultAResetArrivesEvenOnAHalfClosedConnection(bool toServer)
    {
        await using Relayed relayed = await Relayed.StartAsync("none", toServer);
        await SendAndShutdownAsync(relayed.Sender, Data);
        Assert.Equal(Data, await relayed.Receiver.ReadToEndAsync());
        relayed.Sender.Abort();
        await IsResetAsync(relayed.Receiver);
    }

    [Theory]
    [MemberData(nameof(BothDirections))]
    public async Task FullCloseEndsBothDirectionsAtTheFirstFin(bool toServer)
    {
        await using Relayed relayed = await Relayed.StartAsync("full-close", toServer);
        await SendAndShutdownAsync(relayed.Sender, Data);
        Assert.Equal(Data, await relayed.Receiver.ReadToEndAsync());
        Assert.Empty(await relayed.Sender.ReadToEndAsync());
        await relayed.Receiver.SendAsync("late");
        await IsResetAsync(relayed.Receiver);
    }

    [Theory]
    [MemberData(nameof(BothDirections))]
    public async Task SwallowFinForwardsTheBytesAndTheReplyButNotTheFin(bool toServer)
    {
        await using Relayed relayed = await Relayed.StartAsync("swallow-fin", toServer);
        await SendAndShutdownAsync(relayed.Sender, Data);
        Assert.Equal(Data, await ReadAsync(relayed.Receiver, Data.Length));
        await SendAndShutdownAsync(relayed.Receiver, Data);
        Assert.Equal(Data, await relayed.Sender.ReadToEndAsync());
        await StaysSilentAsync(relayed.Receiver);
    }

    [Theory]
    [MemberData(nameof(BothDirections))]
    public async Task DelayFinForwardsTheFinLater(bool toServer)
    {
        await using Relayed relayed = await Relayed.StartAsync("delay-fin:400ms", toServer);
        long sentAt = Clock.Now;
        await SendAndShutdownAsync(relayed.Sender, Data);
        Assert.Equal(Data, await relayed.Receiver.ReadToEndAsync());
        Assert.True(Clock.Since(sentAt) > TimeSpan.FromSeconds(0.39));
    }

    [Theory]
    [MemberData(nameof(BothDirections))]
    public async Task FinToResetSendsARst(bool toServer)
    {
        await using Relayed relayed = await Relayed.StartAsync("fin-to-reset", toServer);
        relayed.Sender.Shutdown(SocketShutdown.Send);
        await IsResetAsync(relayed.Receiver);
    }

    [Theory]
    [MemberData(nameof(BothDirections))]
    public async Task ResetToFinSendsAFin(bool toServer)
    {
        await using Relayed relayed = await Relayed.StartAsync("reset-to-fin", toServer);
        relayed.Sender.Abort();
        Assert.Empty(await relayed.Receiver.ReadToEndAsync());
    }

    [Theory]
    [MemberData(nameof(BothDirections))]
    public async Task SwallowResetLeavesTheOtherSideInIgnorance(bool toServer)
    {
        await using Relayed relayed = await Relayed.StartAsync("swallow-reset", toServer);
        relayed.Sender.Abort();
        await relayed.Receiver.SendAsync("still there?");
        await StaysSilentAsync(relayed.Receiver);
    }

    [Theory]
    [MemberData(nameof(BothDirections))]
    public async Task CutAfterEndsAHalfClosedConnectionAlthoughDataFlows(bool toServer)
    {
        await using Relayed relayed = await Relayed.StartAsync("cut-after:500ms", toServer);
        long finAt = Clock.Now;
        await SendAndShutdownAsync(relayed.Sender, Data);
        Assert.Equal(Data, await relayed.Receiver.ReadToEndAsync());
        Task<byte[]> reading = relayed.Sender.ReadToEndAsync();
        await SendUntilAsync(relayed.Receiver, reading);
        Assert.NotEmpty(await reading);
        Assert.True(Clock.Since(finAt) > TimeSpan.FromSeconds(0.49));
    }

    [Theory]
    [MemberData(nameof(BothDirections))]
    public async Task SilentAfterInformsNeitherEnd(bool toServer)
    {
        await using Relayed relayed = await Relayed.StartAsync("silent-after:0", toServer);
        await SendAndShutdownAsync(relayed.Sender, Data);
        Assert.Equal(Data, await relayed.Receiver.ReadToEndAsync());
        await Eventually.BecomesTrueAsync(() => relayed.Relay.HasNoted("forwards nothing more"));
        await SendAndShutdownAsync(relayed.Receiver, Data);
        await StaysSilentAsync(relayed.Sender);
    }

    [Theory]
    [MemberData(nameof(BothDirections))]
    public async Task IdleCutEndsAConnectionWithoutDataWhetherHalfClosedOrNot(bool toServer)
    {
        await using Relayed relayed = await Relayed.StartAsync("idle-cut:300ms", toServer);
        await relayed.Sender.SendAsync("x");
        Assert.Equal((byte[])[(byte)'x'], await relayed.Receiver.ReadToEndAsync());
        Assert.Empty(await relayed.Sender.ReadToEndAsync());
    }

    [Theory]
    [MemberData(nameof(BothDirections))]
    public async Task DropTailLosesTheEndOfALongStreamBehindACleanFin(bool toServer)
    {
        await using Relayed relayed = await Relayed.StartAsync("drop-tail:100", toServer);
        await SendAndShutdownAsync(relayed.Sender, Data);
        Assert.Equal(Data[..^100], await relayed.Receiver.ReadToEndAsync());
    }

    [Theory]
    [MemberData(nameof(BothDirections))]
    public async Task DropTailForwardsAShortStreamWhole(bool toServer)
    {
        await using Relayed relayed = await Relayed.StartAsync("drop-tail:2000", toServer);
        await SendAndShutdownAsync(relayed.Sender, Data);
        Assert.Equal(Data, await relayed.Receiver.ReadToEndAsync());
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(2000, true)]
    [InlineData(2001, true)]
    public async Task FlipByteAltersOneBitOfOneByte(int number, bool toServer)
    {
        await using Relayed relayed = await Relayed.StartAsync($"flip-byte:{number}", toServer);
        foreach (byte[] part in Data.Chunk(700)) await relayed.Sender.SendAsync(part);
        relayed.Sender.Shutdown(SocketShutdown.Send);
        byte[] expected = [.. Data];
        if (number <= expected.Length) expected[number - 1] ^= 1;
        Assert.Equal(expected, await relayed.Receiver.ReadToEndAsync());
    }

    [Theory]
    [InlineData("stall", 0, true)]
    [InlineData("stall:700", 700, false)]
    public async Task StallKeepsTheConnectionButForwardsNothingMore(string fault, int forwarded, bool toServer)
    {
        await using Relayed relayed = await Relayed.StartAsync(fault, toServer);
        await SendAndShutdownAsync(relayed.Sender, Data);
        Assert.Equal(Data[..forwarded], await ReadAsync(relayed.Receiver, forwarded));
        await StaysSilentAsync(relayed.Receiver);

        // The other direction works, and an abort arrives.
        await relayed.Receiver.SendAsync("reply");
        Assert.Equal("reply", await relayed.Sender.ReceiveAsync());
        relayed.Sender.Abort();
        await IsResetAsync(relayed.Receiver);
    }

    [Fact]
    public async Task TheFaultIsInOneDirectionOnly()
    {
        await using Relayed relayed = await Relayed.StartAsync("drop-tail:100", toServer: true);
        await SendAndShutdownAsync(relayed.Receiver, Data);
        Assert.Equal(Data, await relayed.Sender.ReadToEndAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("cut-after")]
    [InlineData("cut-after:")]
    [InlineData("cut-after:2h")]
    [InlineData("full-close:1s")]
    [InlineData("drop-tail:0")]
    [InlineData("flip-byte:0")]
    [InlineData("stall:-1")]
    [InlineData("late:1s")]
    public void AWrongNameOrParameterIsRejected(string text) => Assert.Null(FaultTable.Parse(text));

    private static async Task SendAndShutdownAsync(Socket socket, byte[] data)
    {
        await socket.SendAsync(data).WithTimeout();
        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task<byte[]> ReadAsync(Socket socket, int count)
    {
        byte[] all = new byte[count];
        for (int read = 0; read < count;)
        {
            int more = await socket.ReceiveAsync(all.AsMemory(read)).AsTask().WithTimeout();
            Assert.NotEqual(0, more);
            read += more;
        }

        return all;
    }

    private static async Task IsResetAsync(Socket socket)
    {
        SocketException reset = await Assert.ThrowsAsync<SocketException>(
            async () =>
            {
                while (true)
                    if (await socket.ReceiveAsync(new byte[100]).WithTimeout() == 0) await socket.SendAsync("x");
            });
        Assert.True(SocketErrors.IsReset(reset), $"{reset.SocketErrorCode}");
    }

    // Neither bytes nor an end arrive. Only the absence of an event is tested, so a short wait never fails a correct
    // relay.
    private static async Task StaysSilentAsync(Socket socket)
    {
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(0.3));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await socket.ReceiveAsync(new byte[1], over.Token));
    }

    private static async Task SendUntilAsync(Socket socket, Task over)
    {
        try
        {
            while (!over.IsCompleted)
            {
                await socket.SendAsync("more");
                await Task.Delay(20);
            }
        }
        catch (SocketException)
        {
            // The relay has closed.
        }
    }

    // A connection through a relay. The sender's direction has the fault.
    private sealed class Relayed(FaultyRelay relay, Socket listener, Socket sender, Socket receiver) : IAsyncDisposable
    {
        public FaultyRelay Relay => relay;

        public Socket Sender => sender;

        public Socket Receiver => receiver;

        public static async Task<Relayed> StartAsync(string fault, bool toServer)
        {
            Socket listener = Pair.Listen();
            EndPoint target = listener.LocalEndPoint!;
            FaultyRelay relay = toServer ? new(target, fault) : new(target, toClient: fault);
            Socket client = await Pair.ConnectAsync(new IPEndPoint(IPAddress.Loopback, relay.Port));
            Socket server = await listener.AcceptAsync().WithTimeout();

            // A fault does not apply to a reset that arrives before the relay has connected to the server.
            await Eventually.BecomesTrueAsync(() => relay.HasNoted("Connect: SYN ACK received"));
            return toServer ? new(relay, listener, client, server) : new(relay, listener, server, client);
        }

        public async ValueTask DisposeAsync()
        {
            sender.Dispose();
            receiver.Dispose();
            listener.Dispose();
            await relay.DisposeAsync();
        }
    }
}
