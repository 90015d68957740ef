using System.Net.NetworkInformation;
using System.Net.Sockets;
using SideBySide.Timeline;
using TcpClose.Kernel;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace TcpDemo.Tests.Closing;

/// <summary>
/// A half-close while every buffer is full: the FIN waits until the last byte is sent, and nothing is lost.
/// </summary>
public sealed class HalfCloseWithFullBuffersTests
{
    /// <summary>Thirty times the bytes that all kernel buffers held when measured.</summary>
    private const long MaxQueued = 256 * 1024 * 1024;

    [ConditionalFact]
    public async Task ASlowReaderGetsEveryQueuedByteBeforeTheEndOfStream()
    {
        using Pair pair = await Pair.ConnectAsync();

        // The server does not read yet. The client's FIN is queued after the bytes, and is not on the wire yet.
        long queued = await FillAsync(pair.Client, () => 0);
        pair.Client.Shutdown(SocketShutdown.Send);
        Assert.True(queued > 1024 * 1024);
        Assert.Equal(TcpState.FinWait1, SocketState.Read(pair.Client));
        Assert.Equal(TcpState.Established, SocketState.Read(pair.Server));

        // The end of stream follows the last byte, and the next Receive returns it again.
        Assert.Equal(queued, await ReadPatternAsync(pair.Server));
        Assert.Equal(TcpState.CloseWait, SocketState.Read(pair.Server));
        Assert.Equal("", await pair.Server.ReceiveAsync());
    }

    [ConditionalFact]
    public async Task WithBothDirectionsFullTheServerHoldsOneBufferAndTheClientMayHalfCloseAndReadLater()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Socket client = await server.ConnectAsync();

        // The client sends and does not read. When the direction back is full, the server stops reading. It then holds
        // at most one buffer of unsent bytes.
        long queued = await FillAsync(client,
            () => Bytes(server, "Received") is var read && read > Bytes(server, "Sent") ? read : null);
        Assert.True(queued > 1024 * 1024);
        Assert.InRange(Bytes(server, "Received") - Bytes(server, "Sent"), 0, ReceiveBufferPool.Large);

        // The server does not notice the half-close, because the FIN is still queued in the client's kernel.
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(TcpState.FinWait1, SocketState.Read(client));
        Assert.DoesNotContain("FinRead", server.Log.Phases);

        // Every byte comes back, followed by the end of stream.
        Assert.Equal(queued, await ReadPatternAsync(client));
        await server.Log.WaitForAsync("SocketClosed");
        Assert.Equal((queued, queued), (Bytes(server, "Received"), Bytes(server, "Sent")));
        Assert.DoesNotContain("Aborted", server.Log.Phases);
    }

    private static long Bytes(RunningServer server, string phase) =>
        server.Log.Events.LastOrDefault(e => e.Get<string>("Phase") == phase)?.Get<long>("Bytes") ?? 0;

    // Sends the pattern until the kernel repeatedly accepts nothing and the peer makes no progress. The second argument
    // returns the number of bytes that the peer has read; null if the peer has sent all of them back, and so is not
    // stuck in its own Send.
    private static async Task<long> FillAsync(Socket socket, Func<long?> peer)
    {
        byte[] block = new byte[64 * 1024];
        long sent = 0;
        long? last = null;
        int same = 0;
        socket.Blocking = false;
        await Eventually.BecomesTrueAsync(() =>
        {
            SocketError error = SocketError.Success;
            while (error == SocketError.Success)
            {
                Assert.True(sent < MaxQueued, $"{sent} bytes were accepted, although nothing is read");
                TestPattern.Fill(block, sent);
                sent += socket.Send(block, SocketFlags.None, out error);
            }

            Assert.Equal(SocketError.WouldBlock, error);
            long? now = sent + peer();
            same = now is not null && now == last ? same + 1 : 0;
            last = now;
            return same > 50;
        });
        return sent;
    }

    // Reads to the end of stream in small pieces and compares each with the pattern.
    private static async Task<long> ReadPatternAsync(Socket socket)
    {
        byte[] piece = new byte[4096], expected = new byte[piece.Length];
        long read = 0;
        while (await socket.ReceiveAsync(piece).WithTimeout() is var count and > 0)
        {
            TestPattern.Fill(expected.AsSpan(0, count), read);
            Assert.True(piece.AsSpan(0, count).SequenceEqual(expected.AsSpan(0, count)), $"altered after byte {read}");
            read += count;
        }

        return read;
    }
}
