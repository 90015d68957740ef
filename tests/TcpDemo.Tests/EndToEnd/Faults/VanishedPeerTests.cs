using SideBySide.Faults;
using SideBySide.Timeline;

namespace TcpDemo.Tests.EndToEnd.Faults;

/// <summary>The peer vanishes without a FIN or a RST. Only a time-out ends the connection (RFC 9293 3.10.8).</summary>
[Trait("Tier", "Long")]
public sealed class VanishedPeerTests
{
    [ConditionalFact(Needs.NetworkNamespace, FaultLab.Ss, FaultLab.Nft)]
    public async Task InEstablishedTheClientsTimeoutAndTheServersIdleTimeoutExpire()
    {
        await using FaultLab lab = await FaultLab.OpenAsync("--idle-timeout", "4s");

        // The client's request is lost, so both sides wait for each other in ESTABLISHED.
        NftDropRule request = await lab.LoseAsync(SegmentKind.Data, times: null);
        await using ClientConsole client = lab.StartClient("--scenario", "server-abort", "--timeout", "4s");
        await lab.WaitForStatesAsync("ESTABLISHED", "ESTABLISHED");
        NftDropRule all = await lab.LoseAsync(SegmentKind.Every, times: null);

        Assert.Equal(new ClientConsole.Result(2, "aborted, no progress for 4s (--timeout)", ""),
            await client.EndAsync());
        Assert.Equal("client silent for 4s (--idle-timeout)", await CauseAsync(lab, client));
        await ServesTheNextAsync(lab, request, all);
    }

    [ConditionalFact(Needs.NetworkNamespace, FaultLab.Ss, FaultLab.Nft)]
    public async Task InFinWait2TheClientsTimeoutExpiresAndInCloseWaitTheServersKernelGivesUp()
    {
        await using FaultLab lab = await FaultLab.OpenAsync();
        await lab.Inside.SetAsync("net/ipv4/tcp_retries2", 2);

        // The server will send more than its kernel accepts without an acknowledgement.
        await using ClientConsole client = lab.StartClient("--scenario", "late-data", "--hold", "3s", "--late", "1GiB",
            "--timeout", "1s");
        await lab.WaitForStatesAsync("FIN-WAIT-2", "CLOSE-WAIT");
        NftDropRule all = await lab.LoseAsync(SegmentKind.Every, times: null);

        ClientConsole.Result end = await client.EndAsync();
        Assert.Equal(2, end.ExitCode);
        Assert.StartsWith("aborted, no progress for 4s (--timeout plus --hold); reply short", end.Verdict,
            StringComparison.Ordinal);
        Assert.Equal("Send failed, TimedOut", await CauseAsync(lab, client));
        await ServesTheNextAsync(lab, all);
    }

    [ConditionalFact(Needs.NetworkNamespace, FaultLab.Ss, FaultLab.Nft)]
    public async Task InFinWait2TheServersIdleTimeoutExpiresAndInCloseWaitTheClientReportsAnUnconfirmedClose()
    {
        await using FaultLab lab = await FaultLab.OpenAsync("--idle-timeout", "1s");

        // The client's data and FIN do not get through.
        NftDropRule fin = await lab.LoseAsync(SegmentKind.Fin, times: null);
        await using ClientConsole client = lab.StartClient("--scenario", "server-first", "--hold", "3s",
            "--timeout", "1s");
        await lab.WaitForStatesAsync("CLOSE-WAIT", "FIN-WAIT-2");
        NftDropRule all = await lab.LoseAsync(SegmentKind.Every, times: null);

        // The client's calls have succeeded. Only its kernel, in LAST-ACK, still waits for the acknowledgement of the
        // FIN.
        Assert.Equal(
            new ClientConsole.Result(
                2, "closed, but the close did not complete: no progress for 4s (--timeout plus --hold)", ""),
            await client.EndAsync());
        Assert.Equal("client silent for 4s (--idle-timeout plus hold)", await CauseAsync(lab, client));
        await ServesTheNextAsync(lab, fin, all);
    }

    private static async Task<string?> CauseAsync(FaultLab lab, ClientConsole client) =>
        (await lab.AbortedAsync(await client.PortAsync())).Get<string>("Cause");

    private static async Task ServesTheNextAsync(FaultLab lab, params NftDropRule[] losses)
    {
        foreach (NftDropRule loss in losses) await loss.StopAsync();
        await lab.Server.RunClientAsync();
    }
}
