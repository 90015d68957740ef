using System.Net.Sockets;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace TcpDemo.Tests.TcpClose.Sockets;

/// <summary>
/// Bytes count as received after our FIN if the kernel received them after it. If the kernel does not report how many
/// bytes it has received, the count is unknown.
/// </summary>
public sealed class StreamProgressTests
{
    [ConditionalFact]
    public async Task OnlyBytesThatTheKernelReceivedAfterOurFinCountAsAfterIt()
    {
        using Pair pair = await Pair.ConnectAsync();
        var progress = new StreamProgress();
        await pair.Client.SendAsync("before");
        await Eventually.BecomesTrueAsync(() => SocketState.ReceivedBytes(pair.Server) == 6);

        // The kernel had received these bytes before the FIN was queued.
        progress.MarkFinQueued(pair.Server);
        Assert.False(progress.AddReceived(6));
        Assert.Equal(0, progress.ReceivedAfterFin);
        Assert.True(progress.AddReceived(5));
        Assert.Equal((11, 5), (progress.Received, progress.ReceivedAfterFin));
    }

    [Fact]
    public void WithoutANumberFromTheKernelTheCountAfterOurFinIsUnknown()
    {
        var progress = new StreamProgress();
        Assert.False(progress.AddReceived(6));
        Assert.Equal(0, progress.ReceivedAfterFin);

        // The kernel reports nothing about a closed socket.
        using var closed = new Socket(SocketType.Stream, ProtocolType.Tcp);
        closed.Dispose();
        progress.MarkFinQueued(closed);
        Assert.False(progress.AddReceived(5));
        Assert.Equal((11, null), (progress.Received, progress.ReceivedAfterFin));
    }
}
