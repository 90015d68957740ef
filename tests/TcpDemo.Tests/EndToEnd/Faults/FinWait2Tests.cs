using SideBySide.Timeline;
using SideBySide.Tracing;

namespace TcpDemo.Tests.EndToEnd.Faults;

/// <summary>
/// FIN-WAIT-2 has no limit while a program holds the socket, and lasts tcp_fin_timeout when none does. A RST ends
/// it immediately.
/// </summary>
[Trait("Tier", "Long")]
public sealed class FinWait2Tests
{
    private const int SigTerm = 15, SigStop = 19, SigCont = 18;

    [ConditionalFact(Needs.NetworkNamespace | Needs.PacketCapture, FaultLab.Ss)]
    public async Task AnOrphanedFinWait2TimesOutWhileAnOpenOneStaysAndGetsEveryByte()
    {
        await using FaultLab lab = await FaultLab.OpenAsync();
        await lab.Inside.SetAsync("net/ipv4/tcp_fin_timeout", 3);
        await lab.CaptureAsync();

        // The server's program is stopped: its kernel completes the handshakes and acknowledges; the program neither
        // reads nor answers.
        Programs.Signal(lab.Server.Id, SigStop);

        // The first client holds its socket after its FIN, half-closed, and is there before the second.
        await using ClientConsole client = lab.StartClient("--scenario", "late-data", "--hold", "0");
        int open = await client.PortAsync();
        await lab.WaitForStatesAsync("FIN-WAIT-2", "CLOSE-WAIT", open);

        // The second closes its socket outright.
        await using ClientConsole closed = lab.StartClient("--scenario", "full-close", "--hold", "0");
        int orphan = await closed.PortAsync();
        await lab.WaitForStatesAsync("FIN-WAIT-2", "CLOSE-WAIT", orphan);

        // The kernel gives the orphan up on its own, without a word to the server.
        await lab.WaitForStatesAsync(null, "CLOSE-WAIT", orphan);
        Assert.Equal(new FaultLab.EndStates("FIN-WAIT-2", "CLOSE-WAIT"), await lab.ReadStatesAsync(open));
        List<Segment> silent = await lab.WireAsync(orphan, all => all.Count >= 6);
        Assert.Equal(["client data", "client FIN", "server ACK"], WireSummary.Of(silent, orphan));

        // The server continues to send, and is answered with a RST. The open one takes every byte.
        Programs.Signal(lab.Server.Id, SigCont);
        await Eventually.BecomesTrueAsync(() => lab.Server.Events.Any(
            e => e.Get<int>("Connection") == orphan && e.Get<string>("Phase") == "ResetReceived"));
        Assert.Equal(new ClientConsole.Result(0, "closed normally: 65536 of 65536 bytes, 65536 after our FIN", ""),
            await client.EndAsync());
    }

    [ConditionalFact(Needs.NetworkNamespace | Needs.PacketCapture, FaultLab.Ss, "kill")]
    public async Task ARstThatArrivesInFinWait2IsAResetAndLeavesNoTimeWait()
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

    // Two signals: the second means now. One that follows too soon would be the same to the kernel.
    private static async Task AbortAsync(FaultLab lab)
    {
        Programs.Signal(lab.Server.Id, SigTerm);
        await Eventually.BecomesTrueAsync(() => lab.Server.Events.Any(
            e => e.Get<string>("Sentence")?.StartsWith("stopped listening", StringComparison.Ordinal) == true));
        Programs.Signal(lab.Server.Id, SigTerm);
    }
}
