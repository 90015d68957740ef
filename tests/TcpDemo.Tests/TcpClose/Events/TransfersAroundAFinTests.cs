using TcpClose.Events;
using TcpClose.Kernel;

namespace TcpDemo.Tests.TcpClose.Events;

/// <summary>Of many transfers in one direction, the log shows the first, the first after a FIN, and the sum.</summary>
public sealed class TransfersAroundAFinTests
{
    private readonly CollectingSink _sink = new();

    [Fact]
    public void TheFirstSendAfterThePeersFinIsShown()
    {
        var log = new CloseLog(_sink.Logger, Side.Client);
        Send(log, 32, 7);
        log.FinRead(Clock.Now);
        Send(log, 13, 8);
        log.FinQueued(Clock.Now);
        Assert.Equal(
            ["Send: 32 bytes", "Receive returned 0", "Send: 13 bytes", "Send: 60 bytes in total, 4 calls",
                "Shutdown(Send): FIN queued"],
            Sentences());
    }

    [Fact]
    public void TheFirstReceiveAfterOurFinIsShown()
    {
        var log = new CloseLog(_sink.Logger, Side.Client);
        Receive(log, 5, afterOurFin: false);
        Receive(log, 6, afterOurFin: false);
        log.FinQueued(Clock.Now);
        Receive(log, 7, afterOurFin: true);
        Receive(log, 8, afterOurFin: true);
        log.FinRead(Clock.Now);
        Assert.Equal(
            ["Receive: 5 bytes", "Shutdown(Send): FIN queued", "Receive: 7 bytes",
                "Receive: 26 bytes in total, 4 calls", "Receive returned 0"],
            Sentences());
    }

    private static void Send(CloseLog log, params int[] sizes)
    {
        foreach (int size in sizes) log.Sent(Clock.Now, new byte[size]);
    }

    private static void Receive(CloseLog log, int size, bool afterOurFin) =>
        log.Received(Clock.Now, new byte[size], afterOurFin);

    // The messages without their payload or explanation.
    private IEnumerable<string> Sentences() =>
        _sink.Events.Where(e => e.Level >= Serilog.Events.LogEventLevel.Information)
            .Select(e => e.RenderMessage(System.Globalization.CultureInfo.InvariantCulture))
            .Select(s => s.Split(" \"")[0].Split(", after our FIN")[0].Split(": the ")[0]);
}
