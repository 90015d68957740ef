using Serilog.Events;
using SideBySide.Timeline;

namespace TcpDemo.Tests.EndToEnd.Faults;

/// <summary>
/// ICMP reports that the peer is unreachable. This alone must not end a connection (RFC 9293 3.9.2.2, MUST-56). If the
/// kernel gives up later, the server logs a time-out with the ICMP error.
/// </summary>
[Trait("Tier", "Long")]
public sealed class UnreachablePeerTests
{
    [ConditionalFact(Needs.NetworkNamespace, FaultLab.Ss, FaultLab.Nft)]
    public async Task WhenTheKernelGivesUpTheServerLogsALossWithTheErrorOfTheIcmpMessage()
    {
        await using FaultLab lab = await FaultLab.OpenAsync();
        await lab.Inside.SetAsync("net/ipv4/tcp_retries2", 2);
        LogEvent lost = await SendIntoIcmpAsync(lab);
        Assert.Equal(("Send failed, HostUnreachable", "CLOSED"),
            (lost.Get<string>("Cause"), lost.Get<string>("State")));
        Assert.StartsWith("timed out: ", lost.MessageTemplate.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(lab.Server.Events, e => e.Get<string>("Phase") == "ResetReceived");
    }

    [ConditionalFact(Needs.NetworkNamespace, FaultLab.Ss, FaultLab.Nft)]
    public async Task IfTheIdleTimeoutExpiresFirstItIsLoggedAsTheCause()
    {
        await using FaultLab lab = await FaultLab.OpenAsync("--idle-timeout", "4s");
        LogEvent aborted = await SendIntoIcmpAsync(lab);
        Assert.Equal("client did not read for 4s (--idle-timeout)", aborted.Get<string>("Cause"));
    }

    // The server sends in CLOSE-WAIT, and each segment is answered with an ICMP message.
    private static async Task<LogEvent> SendIntoIcmpAsync(FaultLab lab)
    {
        await using ClientConsole client = lab.StartClient("--scenario", "late-data", "--hold", "3s", "--late", "1GiB");
        await lab.WaitForStatesAsync("FIN-WAIT-2", "CLOSE-WAIT");
        await lab.RejectAsync();
        return await lab.AbortedAsync(await client.PortAsync());
    }
}
