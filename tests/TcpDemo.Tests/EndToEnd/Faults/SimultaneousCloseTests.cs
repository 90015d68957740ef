using SideBySide.Tracing;

namespace TcpDemo.Tests.EndToEnd.Faults;

/// <summary>
/// Crossing FINs without any loss (RFC 9293 3.6, figure 13). Both sides pass through CLOSING to TIME-WAIT.
/// </summary>
[Trait("Tier", "Long")]
public sealed class SimultaneousCloseTests
{
    [ConditionalFact(Needs.NetworkNamespace | Needs.PacketCapture, FaultLab.Ss, "tc", "ip", "bash")]
    public async Task TwoFinsThenTwoAcksAndTimeWaitOnBothSides()
    {
        await using FaultLab lab = await FaultLab.OpenAsync();
        await lab.CaptureAsync();
        int port = await lab.CrossAsync();

        List<Segment> wire = await lab.WireAsync(port, all => Close(all).Count >= 4);
        List<Segment> close = Close(wire);
        Assert.Equal(["FIN ACK", "FIN ACK", "ACK", "ACK"], close.Select(s => s.Flags));
        Assert.NotEqual(close[0].FromPort, close[1].FromPort);
        Assert.NotEqual(close[2].FromPort, close[3].FromPort);

        // Neither FIN acknowledges the other. The ACKs that follow acknowledge both.
        Assert.Equal((close[1].Sequence, close[0].Sequence), (close[0].Acknowledgement, close[1].Acknowledgement));
        Assert.All(close.Skip(2),
            ack => Assert.Equal(close.First(s => s.FromPort != ack.FromPort).Sequence + 1, ack.Acknowledgement));
        Assert.DoesNotContain(wire, s => s.IsRetransmission);
    }

    [ConditionalFact(Needs.NetworkNamespace | Needs.KernelTrace, FaultLab.Ss, "tc", "ip", "bash")]
    public async Task BothSidesGoThroughClosing()
    {
        await using FaultLab lab = await FaultLab.OpenAsync();
        lab.Trace();
        int port = await lab.CrossAsync();
        Assert.Equal(
            ("CLOSED → SYN-SENT → ESTABLISHED → FIN-WAIT-1 → CLOSING → CLOSED",
             "LISTEN → SYN-RECEIVED → ESTABLISHED → FIN-WAIT-1 → CLOSING → CLOSED"),
            lab.Paths(port));
    }

    // The segments from the first FIN on.
    private static List<Segment> Close(List<Segment> wire) =>
        [.. wire.SkipWhile(s => !s.Flags.Contains("FIN", StringComparison.Ordinal))];
}
