using System.Net;
using PathCheck.Checks;
using PathCheck.Checks.Ends;
using PathCheck.Reporting;
using SideBySide.Tools;
using SideBySide.Tracing;

namespace TcpDemo.Tests.PathCheck.Relays;

/// <summary>
/// Two checks send the FIN in the segment with the last bytes, and find a path that loses such segments.
/// </summary>
[Trait("Tier", "Long")]
public sealed class FinInDataSegmentTests
{
    [ConditionalFact(Needs.PacketCapture)]
    public async Task EachSideSendsOneSegmentWithDataAndFin()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        int port = server.EndPoint.Port;
        await using PacketCapture capture = await PacketCapture.StartAsync(port);
        PathReport report = await ThroughRelay.RunAsync("fin-with-data fin-with-data-server", port);
        Assert.All(report.Results, r => Assert.Equal("preserved", r.Effect.Key));
        bool Carries(Segment s, bool fromServer) => (s.FromPort == port) == fromServer
            && s.Flags.Contains("FIN", StringComparison.Ordinal) && s.Length == FinWithData.Size;
        IReadOnlyList<Segment> wire = await capture.WaitForAsync(
            all => all.Any(s => Carries(s, true)) && all.Any(s => Carries(s, false)), Eventually.Limit);
        Assert.Equal((1, 1), (wire.Count(s => Carries(s, true)), wire.Count(s => Carries(s, false))));
    }

    [ConditionalTheory(Needs.NetworkNamespace, "nft")]
    [InlineData("dport", "fin-with-data", "client's FIN with its last data", "server's FIN with its last data")]
    [InlineData("sport", "fin-with-data-server", "server's FIN with its last data", "client's FIN with its last data")]
    public async Task AFirewallThatDropsThemIsFound(string direction, string key, string lost, string whole)
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        await using FarEndConsole server = await FarEndConsole.StartAsync(inside: inside);

        // The headers have 52 bytes. The rule drops only segments of the length that the check sends, so a FIN without
        // data passes.
        await Programs.ShellAsync(
            "nft add table ip t && nft add chain ip t in '{ type filter hook input priority 0; }' && " +
            $"nft add rule ip t in tcp {direction} {server.Port} 'tcp flags & fin == fin' " +
            $"meta length {FinWithData.Size + 52} drop", inside);
        Programs.Result run = await Programs.RunAsync(Programs.Ours("PathCheck"),
            ["run", $"{IPAddress.Loopback}:{server.Port}", "--hold", "0", "--timeout", "2s"], inside: inside);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(run.Lines, l => l.StartsWith($"{lost}  ", StringComparison.Ordinal)
            && l.Contains("FIN not forwarded", StringComparison.Ordinal));
        Assert.Contains(run.Lines, l => l.StartsWith($"{whole}  preserved", StringComparison.Ordinal));
        Assert.NotNull(CheckTable.Find(key));
    }
}
