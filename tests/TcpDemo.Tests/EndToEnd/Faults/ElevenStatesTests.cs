using Serilog.Events;
using SideBySide.Faults;
using SideBySide.Timeline;

namespace TcpDemo.Tests.EndToEnd.Faults;

/// <summary>
/// The two programs reach all eleven states of RFC 9293 3.3.2, as the kernel trace and <c>ss</c> show.
/// </summary>
[Trait("Tier", "Long")]
public sealed class ElevenStatesTests
{
    private static readonly string[] All =
    [
        "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT",
        "CLOSING", "LAST-ACK",
        "TIME-WAIT", "CLOSED",
    ];

    private const int SigStop = 19, SigCont = 18;

    [ConditionalFact(Needs.NetworkNamespace | Needs.KernelTrace, FaultLab.Ss, "tc", "ip", "bash")]
    public async Task ThePlainAndTheSimultaneousCloseGoThroughAllElevenStates()
    {
        await using FaultLab lab = await FaultLab.OpenAsync();
        lab.Trace();

        // The trace has no events for TIME-WAIT, which is read from ss.
        List<LogEvent> plain = await lab.Server.RunClientAsync();
        int port = plain[^1].Get<int>("Connection");
        await lab.WaitForStatesAsync("TIME-WAIT", null, port);
        HashSet<string> states = ["TIME-WAIT", .. lab.TracedStates()];
        Assert.DoesNotContain("CLOSING", states);

        await lab.CrossAsync();
        states.UnionWith(lab.TracedStates());
        Assert.Equal(All.Order(), states.Order());
    }

    [ConditionalFact(Needs.NetworkNamespace, FaultLab.Ss, FaultLab.Nft)]
    public async Task AStateLastsWhileTheSegmentThatWouldEndItIsLost()
    {
        // ss shows these states without root. CLOSING is missing, because it requires crossing FINs.
        (SegmentKind[] Lost, FaultLab.EndStates States)[] rows =
        [
            ([SegmentKind.Syn], new("SYN-SENT", null)),
            ([SegmentKind.Ack, SegmentKind.Data, SegmentKind.Fin], new("FIN-WAIT-1", "SYN-RECEIVED")),
            ([SegmentKind.Fin], new("FIN-WAIT-1", "ESTABLISHED")),
            // nothing is lost here; the server process is stopped instead
            ([], new("FIN-WAIT-2", "CLOSE-WAIT")),
            ([SegmentKind.ServerFin], new("FIN-WAIT-2", "LAST-ACK")),
            ([SegmentKind.LastAck], new("TIME-WAIT", "LAST-ACK")),
        ];
        await using FaultLab lab = await FaultLab.OpenAsync();
        int port = 40_000;
        foreach ((SegmentKind[] lost, FaultLab.EndStates states) in rows)
        {
            var losses = new List<NftDropRule>();
            foreach (SegmentKind segment in lost) losses.Add(await lab.LoseAsync(segment, times: null));
            if (lost.Length == 0) Programs.Signal(lab.Server.Id, SigStop);
            await using ClientConsole client = lab.StartClient("--local-port", $"{++port}");
            await lab.WaitForStatesAsync(states.Client, states.Server, port);
            foreach (NftDropRule loss in losses) await loss.StopAsync();
            Programs.Signal(lab.Server.Id, SigCont);
            Assert.Equal(0, (await client.EndAsync()).ExitCode);
        }
    }
}
