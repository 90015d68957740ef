using SideBySide.Faults;
using SideBySide.Tracing;

namespace TcpDemo.Tests.EndToEnd.Faults;

/// <summary>
/// The purpose of TIME-WAIT: if the last ACK is lost, the server repeats its FIN, and the client's kernel answers from
/// TIME-WAIT (RFC 9293 3.6.1, MUST-13).
/// </summary>
[Trait("Tier", "Long")]
public sealed class LostLastAckTests
{
    [ConditionalFact(Needs.NetworkNamespace, FaultLab.Ss, FaultLab.Nft)]
    public async Task TheServerStaysInLastAckUntilALastAckArrives()
    {
        await using FaultLab lab = await FaultLab.OpenAsync();
        NftDropRule loss = await lab.LoseAsync(SegmentKind.LastAck, times: null);
        await using ClientConsole client = lab.StartClient();
        Assert.Equal(0, (await client.EndAsync()).ExitCode);
        await lab.Server.WaitForEndOfAsync(await client.PortAsync());

        // The server has closed its socket; its kernel continues.
        await lab.WaitForStatesAsync("TIME-WAIT", "LAST-ACK");
        await FaultLab.WaitForLossesAsync(loss, times: 3);
        Assert.Equal(new FaultLab.EndStates("TIME-WAIT", "LAST-ACK"), await lab.ReadStatesAsync());

        await loss.StopAsync();
        await lab.WaitForStatesAsync("TIME-WAIT", null);
    }

    [ConditionalFact(Needs.NetworkNamespace | Needs.PacketCapture, FaultLab.Ss, FaultLab.Nft)]
    public async Task EachRepeatedFinIsAnsweredFromTimeWait()
    {
        await using FaultLab lab = await FaultLab.OpenAsync();
        await lab.CaptureAsync();
        foreach (int times in (int[])[1, 3])
        {
            NftDropRule loss = await lab.LoseAsync(SegmentKind.LastAck, times);
            await using ClientConsole client = lab.StartClient();
            Assert.Equal(0, (await client.EndAsync()).ExitCode);
            int port = await client.PortAsync();
            await lab.WaitForStatesAsync("TIME-WAIT", null, port);
            Assert.Equal(times, await loss.CountAsync());

            List<Segment> wire = await lab.WireAsync(port, all => Close(all, port).Count >= 2 * (times + 1));
            Assert.Equal(Enumerable.Repeat((string[])["server FIN ACK", "client ACK"], times + 1).SelectMany(s => s),
                Close(wire, port).Select(s => $"{(s.FromPort == port ? "client" : "server")} {s.Flags}"));
            Assert.Equal(times, wire.Count(s => s.IsRetransmission));
        }
    }

    // The segments from the server's first FIN on.
    private static List<Segment> Close(List<Segment> wire, int clientPort) =>
        [.. wire.SkipWhile(s => s.FromPort == clientPort || !s.Flags.Contains("FIN", StringComparison.Ordinal))];
}
