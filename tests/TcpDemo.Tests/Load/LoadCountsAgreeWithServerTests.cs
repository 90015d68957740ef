using System.Globalization;
using System.Net;
using Serilog.Events;
using SideBySide.Timeline;

namespace TcpDemo.Tests.Load;

/// <summary>The load generator does what its help describes, and its counts equal the server's.</summary>
[Trait("Tier", "Long")]
public sealed class LoadCountsAgreeWithServerTests
{
    [ConditionalFact]
    public async Task EveryLifeCycleIsCompleteAndCounted()
    {
        await using RunningServer server = await RunningServer.StartAsync(level: LogEventLevel.Information);
        LoadProgram.Result load = await LoadProgram.RunAsync(server.EndPoint,
            "--count 300 --connections 20 --payload 40000");
        Assert.Equal((0, "", ""), (load.ExitCode, load.Failures, load.Errors));
        Assert.Equal((300, 300 * 40_000), (load.LifeCycles, load.Bytes));
        await TheServerCountsAsync(server, load);
        Assert.False(load.Report.TryGetProperty("messages", out _));
        Assert.Equal(["p50", "p99", "p999", "max"],
            load.Report.GetProperty("latencyMicroseconds").EnumerateObject().Select(t => t.Name));
        double[] times = [.. load.Report.GetProperty("latencyMicroseconds").EnumerateObject()
            .Select(t => t.Value.GetDouble())];
        Assert.Equal(times.Order(), times);
        Assert.InRange(times[0], 1, load.Report.GetProperty("seconds").GetDouble() * 1e6);
    }

    [ConditionalFact]
    public async Task ItReportsHowManyConnectionsWereOpenAtTheSameTime()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        LoadProgram.Result load = await LoadProgram.RunAsync(server.EndPoint, "--count 3 --connections 50");
        Assert.Equal((0, 3, 50), (load.ExitCode, load.LifeCycles, load.Report.GetProperty("connections").GetInt32()));
        Assert.InRange(load.Report.GetProperty("connectionsAtOnce").GetInt32(), 1, 3);

        Programs.Result text = await Programs.RunAsync(Programs.Ours("Load"),
            ["--port", $"{server.EndPoint.Port}", "--count", "3", "--connections", "50"]);
        Assert.Matches("^lifecycle +3 life cycles over 50 connections, at most [123] of them concurrently, in ",
            text.Output);
    }

    [ConditionalFact]
    public async Task ALifeCycleMayHaveNoBytes()
    {
        await using RunningServer server = await RunningServer.StartAsync(level: LogEventLevel.Information);
        LoadProgram.Result load = await LoadProgram.RunAsync(server.EndPoint, "--count 40 --connections 3 --payload 0");
        Assert.Equal((0, "", 40, 0), (load.ExitCode, load.Failures, load.LifeCycles, load.Bytes));
        await TheServerCountsAsync(server, load);
    }

    [ConditionalFact]
    public async Task StreamsAreComparedAndEndWithAHalfClose()
    {
        await using RunningServer server = await RunningServer.StartAsync(level: LogEventLevel.Information);
        LoadProgram.Result load = await LoadProgram.RunAsync(server.EndPoint,
            "--mode throughput --connections 3 --duration 300ms --payload 64KiB");
        Assert.Equal((0, "", 3), (load.ExitCode, load.Failures, load.LifeCycles));
        Assert.True(load.Bytes > 1_000_000, $"{load.Bytes} bytes");
        await TheServerCountsAsync(server, load);
    }

    [ConditionalFact]
    public async Task MessagesAreEchoedOnOpenConnections()
    {
        await using RunningServer server = await RunningServer.StartAsync(level: LogEventLevel.Information);
        LoadProgram.Result load = await LoadProgram.RunAsync(server.EndPoint,
            "--mode ping-pong --connections 7 --count 500 --payload 100");
        Assert.Equal((0, "", 7), (load.ExitCode, load.Failures, load.LifeCycles));
        Assert.Equal((500, 50_000), (load.Report.GetProperty("messages").GetInt64(), load.Bytes));
        await TheServerCountsAsync(server, load);
    }

    [ConditionalFact]
    public async Task ItConnectsFromTheRequestedNumberOfAddresses()
    {
        await using RunningServer server = await RunningServer.StartAsync(level: LogEventLevel.Information);
        LoadProgram.Result load = await LoadProgram.RunAsync(server.EndPoint,
            "--count 60 --connections 6 --source-addresses 3");
        Assert.Equal((0, 60), (load.ExitCode, load.LifeCycles));
        await TheServerCountsAsync(server, load);
        Assert.Equal(["127.0.0.2", "127.0.0.3", "127.0.0.4"],
            server.Log.Events.Select(e => e.Get<string>("Remote")).OfType<string>()
                .Select(r => IPEndPoint.Parse(r).Address.ToString()).Distinct().Order());
    }

    [ConditionalTheory]
    [InlineData("--mode fast",
        "--mode \"fast\" is unknown: use lifecycle, throughput, ping-pong or idle. See --help.")]
    [InlineData("--count 5 --duration 1s", "--duration and --count cannot be combined: use only one. See --help.")]
    [InlineData("--mode throughput --count 5", "--count does not apply to --mode throughput: omit it. See --help.")]
    [InlineData("--mode idle --duration 5s",
        "--duration does not apply to --mode idle: use --hold instead. See --help.")]
    [InlineData("--hold 5s", "--hold applies only to --mode idle: omit it. See --help.")]
    [InlineData("--mode ping-pong --payload 0", "--mode ping-pong needs a --payload of at least 1. See --help.")]
    [InlineData("--mode throughput --payload 2MiB",
        "--mode throughput allows a --payload of at most 1MiB. See --help.")]
    [InlineData("--server-pid 2147483647",
        "process 2147483647 does not exist or cannot be read: use the process id of the server.")]
    [InlineData("--host ::1 --source-addresses 2",
        "--source-addresses uses 127.0.0.0/8, which cannot reach ::1: omit the option.")]
    [InlineData("--host 192.0.2.1 --source-addresses 2",
        "--source-addresses uses 127.0.0.0/8, which cannot reach 192.0.2.1: omit the option.")]
    [InlineData("--connections 0", "--connections \"0\" is not a number from 1 to 100000. See --help.")]
    [InlineData("--mode idle --hold 5",
        "--hold \"5\" is not a duration of at most 24 hours: write 200ms, 0.5s, 2s or 1m. See --help.")]
    [InlineData("--duration 0",
        "--duration \"0\" is not a duration above 0 and at most 24 hours: write 200ms, 0.5s, 2s or 1m. See --help.")]
    [InlineData("--payload 5kb",
        "--payload \"5kb\" is not a size from 0 to 1GiB: write 512, 64KiB or 1MiB. See --help.")]
    [InlineData("--server-pid 0", "--server-pid \"0\" is not a number from 1 to 2147483647. See --help.")]
    [InlineData("--port 1", "nothing listens on 127.0.0.1:1 (or a firewall rejects it): start the server first.")]
    public async Task AnInvalidArgumentPrintsOneSentenceAndExitsWith1(string arguments, string sentence)
    {
        Programs.Result load = await Programs.RunAsync(Programs.Ours("Load"), arguments.Split(' '));
        Assert.Equal((1, "", $"Load: {sentence}"), (load.ExitCode, load.Output, load.Errors.Trim()));
    }

    // The server has counted as many connections and bytes as the load program.
    private static async Task TheServerCountsAsync(RunningServer server, LoadProgram.Result load)
    {
        await Eventually.BecomesTrueAsync(() => server.Log.Phases.Count(p => p == "SocketClosed") == load.LifeCycles,
            () => string.Create(CultureInfo.InvariantCulture,
                $"{server.Log.Phases.Count(p => p == "SocketClosed")} closed of {load.LifeCycles}"));
        Assert.Equal(load.LifeCycles, server.Log.Phases.Count(p => p == "Accepted"));
        Assert.Equal(load.Bytes,
            server.Log.Events.Where(e => e.Get<string>("Phase") == "FinRead").Sum(e => e.Get<long>("Bytes")));
        Assert.DoesNotContain(server.Log.Phases, p => p is "ResetReceived" or "Aborted");
    }
}
