using Serilog.Events;
using TcpClose.Events;
using TcpClose.Kernel;

namespace TcpDemo.Tests.TcpClose.Sockets;

/// <summary>An event below the level of the log costs no allocation and writes nothing.</summary>
public sealed class DisabledEventsCostNothingTests
{
    [Fact]
    public void ADisabledEventAllocatesNothing()
    {
        var sink = new CollectingSink(LogEventLevel.Warning);
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream,
            System.Net.Sockets.ProtocolType.Tcp);
        var log = new CloseLog(sink.Logger, Side.Server);
        log.Accepted(new ObservedConnection(Side.Server, socket), Clock.Now);
        byte[] bytes = [1, 2, 3];
        Work();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) Work();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Empty(sink.Events);

        void Work()
        {
            log.Received(Clock.Now, bytes, afterOurFin: false);
            log.Sent(Clock.Now, bytes);
            log.FinRead(Clock.Now);
            log.FinQueued(Clock.Now);
            log.SocketClosed(Clock.Now);
        }
    }
}
