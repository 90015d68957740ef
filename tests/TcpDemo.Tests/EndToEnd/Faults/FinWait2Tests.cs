using SideBySide.Timeline;
using SideBySide.Tracing;

namespace TcpDemo.Tests.EndToEnd.Faults;

/// <summary>
/// FIN-WAIT-2 has no time limit until the program closes the socket. Then it lasts for tcp_fin_timeout. A RST ends it
/// immediately.
/// </summary>
[Trait("Tier", "Long")]
public sealed class FinWait2Tests
{
    private const int SigTerm = 15, SigStop = 19, SigCont = 18;

    [ConditionalFact(Needs.NetworkNamespace | Needs.PacketCapture, FaultLab.Ss)]
    public async Task AnOrphanedFinWait2TimesOutWhileAnOpenOneStaysAndReceivesEveryByte()
    {
        await using FaultLab lab = await FaultLab.OpenAsync();
        await lab.Inside.SetAsync("net/ipv4/tcp_fin_timeout", 3);
        await lab.CaptureAsync();

        // While the server process is stopped, its kernel still completes handshakes and acknowledges data.
        Programs.Signal(lab.Server.Id, SigStop);

        // The first client half-closes and keeps its socket.
        await using ClientConsole client = lab.StartClient("--scenario", "late-data", "--hold", "0");
        int open = await client.PortAsync();
        await lab.WaitForStatesAsync("FIN-WAIT-2", "CLOSE-WAIT", open);

        // The second client closes its socket completely.
        await using ClientConsole closed = lab.StartClient("--scenario", "full-close", "--hold", "0");
        int orphan = await closed.PortAsync();
        await lab.WaitForStatesAsync("FIN-WAIT-2", "CLOSE-WAIT", orphan);

        // The kernel drops this connection without sending anything.
        await lab.WaitForStatesAsync(null, "CLOSE-WAIT", orphan);
        Assert.Equal(new FaultLab.EndStates("FIN-WAIT-2", "CLOSE-WAIT"), await lab.ReadStatesAsync(open));
        List<Segment> silent = await lab.WireAsync(orphan, all => all.Count >= 6);
        Assert.Equal(["client data", "client FIN", "server ACK"], WireSummary.Of(silent, orphan));

        // Data for the second client is answered with a RST. The first client receives every byte.
        Programs.Signal(lab.Server.Id, SigCont);
        await Eventually.BecomesTrueAsync(() => lab.Server.Events.Any(
            e => e.Get<int>("Connection") == orphan && e.Get<string>("Phase") == "ResetReceived"));
        Assert.Equal(new ClientConsole.Result(0, "closed normally: 65536 of 65536 bytes, 65536 after our FIN", ""),
            await client.EndAsync());
    }

    [ConditionalFact(Needs.NetworkNamespace | Needs.PacketCapture, FaultLab.Ss, "kill")]
    public async Task ARstInFinWait2IsReportedAsAResetAndLeavesNoTimeWait()
    {
        await using FaultLab lab = await FaultLab.OpenAsync("--think", "1m");
        await lab.CaptureAsync();
        await using ClientConsole client = lab.StartClient();
        await lab.WaitForStatesAsync("FIN-WAIT-2", "CLOSE-WAIT");
        await AbortAsync(lab);

        Assert.Equal(new ClientConsole.Result(2, "reset by the server; echo short: 0 of 13 bytes, 13 missing", ""),
            await client.EndAsync());
        Assert.Contains("ResetReceived", client.Phases);
        Assert.DoesNotContain("FinRead", client.Phases);
        Assert.Equal(new FaultLab.EndStates(null, null), await lab.ReadStatesAsync());
        int port = await client.PortAsync();
        List<Segment> wire = await lab.WireAsync(port,
            all => all.Any(s => s.Flags.Contains("RST", StringComparison.Ordinal)));
        Assert.Equal(["client data", "client FIN", "server ACK", "server RST"], WireSummary.Of(wire, port));
    }

    [ConditionalFact(Needs.NetworkNamespace | Needs.KernelTrace, FaultLab.Ss, "kill")]
    public async Task ARstTakesTheClientFromFinWait2ToClosed()
    {
        await using FaultLab lab = await FaultLab.OpenAsync("--think", "1m");
        lab.Trace();
        await using ClientConsole client = lab.StartClient();
        await lab.WaitForStatesAsync("FIN-WAIT-2", "CLOSE-WAIT");
        await AbortAsync(lab);
        Assert.Equal(2, (await client.EndAsync()).ExitCode);
        Assert.Equal(
            ("CLOSED → SYN-SENT → ESTABLISHED → FIN-WAIT-1 → FIN-WAIT-2 → CLOSED",
             "LISTEN → SYN-RECEIVED → ESTABLISHED → CLOSE-WAIT → CLOSED"),
            lab.Paths(await client.PortAsync()));
    }

    // The first signal makes the server stop listening, the second aborts its connections. The kernel merges signals
    // that follow too closely.
    private static async Task AbortAsync(FaultLab lab)
    {
        Programs.Signal(lab.Server.Id, SigTerm);
        await Eventually.BecomesTrueAsync(() => lab.Server.Events.Any(
            e => e.Get<string>("Sentence")?.StartsWith("stopped listening", StringComparison.Ordinal) == true));
        Programs.Signal(lab.Server.Id, SigTerm);
    }
}
