using SideBySide.Faults;
using SideBySide.Tracing;

namespace TcpDemo.Tests.EndToEnd.Faults;

/// <summary>
/// The client closes while it is still connecting. It sends neither a FIN nor a RST (RFC 9293 3.10.4, SYN-SENT).
/// </summary>
[Trait("Tier", "Long")]
public sealed class CloseWhileConnectingTests
{
    private const int SigInt = 2;

    [ConditionalFact(Needs.NetworkNamespace | Needs.PacketCapture, FaultLab.Ss, FaultLab.Nft)]
    public async Task WithoutAnAnswerTheClientExitsWith1AndHasSentOnlySyns()
    {
        await using FaultLab lab = await FaultLab.OpenAsync();
        await lab.CaptureAsync();
        NftDropRule loss = await lab.LoseAsync(SegmentKind.Syn, times: null);
        await using ClientConsole client = lab.StartClient("--timeout", "1.5s");
        await FaultLab.WaitForLossesAsync(loss, times: 1);
        ClientConsole.Result end = await client.EndAsync();
        Assert.Equal(1, end.ExitCode);
        Assert.Contains("did not answer within 1.5s", end.Errors, StringComparison.Ordinal);
        await NothingButSynsAsync(lab, loss);
    }

    [ConditionalFact(Needs.NetworkNamespace, FaultLab.Ss, FaultLab.Nft)]
    public async Task IfTheKernelTimesOutFirstTheClientReportsIt()
    {
        await using FaultLab lab = await FaultLab.OpenAsync();
        await lab.Inside.SetAsync("net/ipv4/tcp_syn_retries", 1);
        await lab.LoseAsync(SegmentKind.Syn, times: null);
        await using ClientConsole client = lab.StartClient();
        ClientConsole.Result end = await client.EndAsync();
        Assert.Equal(1, end.ExitCode);
        Assert.Contains(
            "did not answer within the system's time-out: check the address, and whether a firewall drops packets.",
            end.Errors, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.NetworkNamespace | Needs.PacketCapture, FaultLab.Ss, FaultLab.Nft, "kill")]
    public async Task InterruptedWhileConnectingItExitsWith130AndHasSentOnlySyns()
    {
        await using FaultLab lab = await FaultLab.OpenAsync();
        await lab.CaptureAsync();
        NftDropRule loss = await lab.LoseAsync(SegmentKind.Syn, times: null);
        await using ClientConsole client = lab.StartClient();
        await lab.WaitForStatesAsync("SYN-SENT", null);
        Programs.Signal(client.Id, SigInt);
        Assert.Equal(130, (await client.EndAsync()).ExitCode);
        await NothingButSynsAsync(lab, loss);
    }

    private static async Task NothingButSynsAsync(FaultLab lab, NftDropRule loss)
    {
        Assert.Equal(new FaultLab.EndStates(null, null), await lab.ReadStatesAsync());
        Assert.Empty(lab.Server.Events);

        // When a later client has been captured, so has everything that the first client sent.
        await loss.StopAsync();
        await using ClientConsole next = lab.StartClient();
        Assert.Equal(0, (await next.EndAsync()).ExitCode);
        int port = await next.PortAsync();
        await lab.WireAsync(port, all => all.Count >= DefaultRunTests.ElevenSegments.Length);
        List<Segment> others = [.. (await lab.WireAsync(null, _ => true))
            .Where(s => s.FromPort != port && s.ToPort != port)];
        Assert.NotEmpty(others);
        Assert.All(others, s => Assert.Equal("SYN", s.Flags));
    }
}
