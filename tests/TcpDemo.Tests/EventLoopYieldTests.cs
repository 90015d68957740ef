using System.Globalization;
using System.Text.RegularExpressions;
using SideBySide.Faults;

namespace TcpDemo.Tests;

/// <summary>
/// A flood of connections lets the others have their turn: the accept loop rings, which the wire shows. Where nobody can hear
/// that, all are served just the same.
/// </summary>
[Collection(nameof(NonParallel))]
[Trait("Tier", "Long")]
public sealed partial class EventLoopYieldTests
{
    private const int Flood = 20_000;

    [ConditionalFact(Needs.NetworkNamespace, "nft")]
    public async Task AFloodOfConnectionsMakesItRing() => Assert.InRange((await RingsInAFloodAsync("accept")).Rings, 1, Flood / 2);

    [ConditionalFact(Needs.NetworkNamespace, "nft")]
    public async Task WhereAFirewallSwallowsItsSoundItRingsOnceAndNobodyIsLost()
    {
        // Once, and once more for each ten seconds that the flood may last on a busy machine.
        (int rings, double seconds) = await RingsInAFloodAsync("drop");
        Assert.InRange(rings, 1, 1 + (int)(seconds / 10));
    }

    private static async Task<(int Rings, double Seconds)> RingsInAFloodAsync(string verdict)
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        await Programs.ShellAsync("nft add table ip t && nft add chain ip t in '{ type filter hook input priority 0; }' && nft add rule ip t in meta l4proto udp counter " + verdict, inside);
        await using ServerConsole server = await ServerConsole.StartAsync(inside, "--think", "0", "--log-level", "warning");
        LoadProgram.Result run = await LoadProgram.RunAsync(server.Port, $"--count {Flood} --connections 256", inside);
        Assert.Equal((0, Flood, ""), (run.ExitCode, run.LifeCycles, run.Failures));
        int rings = int.Parse(Packets().Match(await inside.RunAsync("nft", ["list", "chain", "ip", "t", "in"])).Groups[1].Value, CultureInfo.InvariantCulture);
        return (rings, run.Report.GetProperty("seconds").GetDouble());
    }

    [GeneratedRegex("packets ([0-9]+)")]
    private static partial Regex Packets();
}
