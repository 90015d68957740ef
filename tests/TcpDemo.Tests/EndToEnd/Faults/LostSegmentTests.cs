using SideBySide.Faults;
using SideBySide.Tracing;

namespace TcpDemo.Tests.EndToEnd.Faults;

/// <summary>
/// A lost SYN, a lost FIN and lost data are sent again, and neither program notices. After a RST nothing is sent again.
/// </summary>
[Trait("Tier", "Long")]
public sealed class LostSegmentTests
{
    // The number that acknowledges a FIN after 13 bytes: SYN and FIN count as one each.
    private const int LastNumber = 15;

    [ConditionalFact(Needs.NetworkNamespace | Needs.PacketCapture, FaultLab.Ss, FaultLab.Nft)]
    public Task ALostSynIsSentAgain() =>
        SentAgainAsync(SegmentKind.Syn, (s, _) => s.Flags == "SYN");

    [ConditionalFact(Needs.NetworkNamespace | Needs.PacketCapture, FaultLab.Ss, FaultLab.Nft)]
    public Task ALostSynAckIsSentAgain() =>
        SentAgainAsync(SegmentKind.SynAck, (s, _) => s.Flags == "SYN ACK");

    [ConditionalFact(Needs.NetworkNamespace | Needs.PacketCapture, FaultLab.Ss, FaultLab.Nft)]
    public Task LostDataOfTheClientIsSentAgainAlthoughItsFinHasArrived() =>
        SentAgainAsync(SegmentKind.Data, (s, fromClient) => fromClient && s.Length > 0);

    [ConditionalFact(Needs.NetworkNamespace | Needs.PacketCapture, FaultLab.Ss, FaultLab.Nft)]
    public Task LostDataOfTheServerIsSentAgainAlthoughTheClientHasFinished() =>
        SentAgainAsync(SegmentKind.ServerData, (s, fromClient) => !fromClient && s.Length > 0);

    [ConditionalFact(Needs.NetworkNamespace | Needs.PacketCapture, FaultLab.Ss, FaultLab.Nft)]
    public Task ALostFinOfTheClientIsSentAgain() =>
        SentAgainAsync(SegmentKind.Fin,
            (s, fromClient) => fromClient && s.Flags.Contains("FIN", StringComparison.Ordinal));

    [ConditionalFact(Needs.NetworkNamespace | Needs.PacketCapture, FaultLab.Ss, FaultLab.Nft)]
    public Task ALostFinOfTheServerIsSentAgain() =>
        SentAgainAsync(SegmentKind.ServerFin,
            (s, fromClient) => !fromClient && s.Flags.Contains("FIN", StringComparison.Ordinal));

    [ConditionalFact(Needs.NetworkNamespace | Needs.PacketCapture, FaultLab.Ss, FaultLab.Nft)]
    public async Task IfTheAckOfTheHandshakeIsLostTheDataCreatesTheServersSocket()
    {
        await using FaultLab lab = await FaultLab.OpenAsync();
        await lab.CaptureAsync();
        await lab.LoseAsync(SegmentKind.Ack, times: null);
        NftDropRule data = await lab.LoseAsync(SegmentKind.Data, times: null);

        // The client considers the connection established. The server's kernel has no socket for it yet.
        await using ClientConsole client = lab.StartClient("--scenario", "server-first");
        await lab.WaitForStatesAsync("ESTABLISHED", "SYN-RECEIVED");
        await Eventually.BecomesTrueAsync(() => client.Phases.Contains("Connected"));
        Assert.Empty(lab.Server.Events);

        // Every data segment carries an ACK, which replaces the lost one.
        await FaultLab.WaitForLossesAsync(data, times: 1);
        await data.StopAsync();
        Assert.Equal(0, (await client.EndAsync()).ExitCode);
        int port = await client.PortAsync();
        await lab.Server.WaitForEndOfAsync(port);
        await lab.WireAsync(port, all => all.Any(s => s.FromPort == port && s.Length > 0 && s.IsRetransmission));
    }

    [ConditionalFact(Needs.NetworkNamespace | Needs.PacketCapture, FaultLab.Ss, FaultLab.Nft)]
    public async Task IfNoDataFollowsTheServerRepeatsItsSynAckUntilItIsAcknowledged()
    {
        await using FaultLab lab = await FaultLab.OpenAsync("--idle-timeout", "300ms");
        await lab.CaptureAsync();
        NftDropRule ack = await lab.LoseAsync(SegmentKind.Ack);
        await using ClientConsole client = lab.StartClient("--scenario", "idle");
        Assert.Equal(new ClientConsole.Result(0, "reset by the server after its idle time-out", ""),
            await client.EndAsync());
        Assert.Equal(1, await ack.CountAsync());
        int port = await client.PortAsync();
        List<Segment> wire = await lab.WireAsync(port,
            all => all.Any(s => s.Flags.Contains("RST", StringComparison.Ordinal)));
        Assert.Equal(["SYN", "SYN ACK", "ACK", "SYN ACK", "ACK", "RST ACK"], wire.Select(s => s.Flags));
    }

    [ConditionalFact(Needs.NetworkNamespace, FaultLab.Ss, FaultLab.Nft)]
    public async Task AReplyThatIsLostBeforeAResetIsNotSentAgain()
    {
        // In unread-data the server resets the connection. Its kernel then discards the reply, and cannot retransmit
        // it.
        await using FaultLab lab = await FaultLab.OpenAsync();
        await lab.LoseAsync(SegmentKind.ServerData);
        await using ClientConsole client = lab.StartClient("--scenario", "unread-data", "--hold", "1.5s");
        Assert.Equal(new ClientConsole.Result(0, "reset: 13 bytes unread by the server; reply: 0 of 13 bytes", ""),
            await client.EndAsync());
    }

    private static async Task SentAgainAsync(SegmentKind segment, Func<Segment, bool, bool> isIt)
    {
        await using FaultLab lab = await FaultLab.OpenAsync();
        await lab.CaptureAsync();
        NftDropRule loss = await lab.LoseAsync(segment);
        await using ClientConsole client = lab.StartClient();
        Assert.Equal(new ClientConsole.Result(0, "closed normally: 13 of 13 bytes, 13 after our FIN", ""),
            await client.EndAsync());
        int port = await client.PortAsync();
        await lab.WaitForStatesAsync("TIME-WAIT", null);
        Assert.Equal(1, await loss.CountAsync());

        // The segment was sent again, with the same sequence number and length.
        List<Segment> wire = await lab.WireAsync(port,
            all => all.Any(s => s.FromPort == port && s.Acknowledgement == LastNumber));
        List<Segment> sent = [.. wire.Where(s => isIt(s, s.FromPort == port))];
        // A SYN ACK is sent again by its timer, and in reply to a repeated SYN.
        Assert.InRange(sent.Count, 2, 3);
        Assert.Single(sent.Select(s => (s.RawSequence, s.Length)).Distinct());
    }
}
