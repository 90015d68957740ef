using Serilog.Events;
using SideBySide.Timeline;
using SideBySide.Tools;
using TcpClose.Kernel;

namespace TcpDemo.Tests.EchoClient.Running;

/// <summary>
/// If the kernel's TIME-WAIT table is full, a connection closes without TIME-WAIT. The client reports this, and
/// succeeds.
/// </summary>
public sealed class FullTimeWaitTableTests
{
    private const string Full = "because the kernel's table is full: 0 of 0 (net.ipv4.tcp_max_tw_buckets)";

    [ConditionalTheory(Needs.NetworkNamespace)]
    [InlineData("half-close", $"no TIME-WAIT here, {Full}")]
    [InlineData("server-first", $"no TIME-WAIT on the server's port PORT, {Full}")]
    [InlineData("simultaneous", $"whose FIN was first is unknown: no TIME-WAIT here, {Full}")]
    public async Task TheSettingIsNamedAsTheCause(string scenario, string sentence)
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        await inside.SetAsync("net/ipv4/tcp_max_tw_buckets", 0);
        await using ServerConsole server = await ServerConsole.StartAsync(inside);
        List<LogEvent> client = await server.RunClientAsync("--scenario", scenario);
        Assert.Contains(sentence.Replace("PORT", $"{server.Port}", StringComparison.Ordinal), Sentences(client));
        Assert.DoesNotContain(client, e => e.Get<string>("Phase") == "TimeWait");
    }

    [ConditionalFact(Needs.NetworkNamespace)]
    public async Task WithRoomForOneTheSecondConnectionHasNoTimeWait()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        await inside.SetAsync("net/ipv4/tcp_max_tw_buckets", 1);
        await using ServerConsole server = await ServerConsole.StartAsync(inside);
        List<LogEvent> first = await server.RunClientAsync(), second = await server.RunClientAsync();
        Assert.Contains(first, e => e.Get<string>("Phase") == "TimeWait");
        Assert.DoesNotContain(Sentences(first), s => s.Contains("full", StringComparison.Ordinal));
        Assert.Contains(
            "no TIME-WAIT here, because the kernel's table is full: 1 of 1 (net.ipv4.tcp_max_tw_buckets)",
            Sentences(second));
    }

    [Theory]
    [InlineData(131072, 131072, "because the kernel's table is full: ")]
    [InlineData(131080, 131072, "because the kernel's table is full: ")]
    [InlineData(130000, 131072, "probably because the kernel's table is nearly full: ")]
    [InlineData(100000, 131072, null)]
    [InlineData(0, 1, null)]
    public void TheTableIsTheCauseOnlyIfItIsFullOrNearlyFull(long held, long max, string? why)
    {
        string? cause = new TimeWaitTable(held, max).Explain();
        Assert.Equal(why is null ? null : $"{why}{held} of {max} (net.ipv4.tcp_max_tw_buckets)", cause);
    }

    private static IEnumerable<string> Sentences(IEnumerable<LogEvent> events) =>
        events.Select(e => e.Get<string>("Sentence")).OfType<string>();
}
