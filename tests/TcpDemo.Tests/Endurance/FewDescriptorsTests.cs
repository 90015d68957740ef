using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace TcpDemo.Tests.Endurance;

/// <summary>
/// Nearly eight times as many clients as descriptors: the server waits without spinning, and eventually serves all
/// clients.
/// </summary>
[Collection(nameof(NonParallel))]
[Trait("Tier", "Long")]
public sealed class FewDescriptorsTests(ITestOutputHelper output)
{
    private const int Limit = 256, Reserve = 32, Clients = 2_000;
    private static readonly TimeSpan Pause = EnduranceLevel.Of(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(20));
    private static readonly double MaxCpuShare = EnduranceLevel.Of(0.10, 0.05);

    [EnduranceFact]
    public async Task WithALimitOf256DescriptorsTwoThousandClientsAreServed()
    {
        await using ShellServer server =
            await ShellServer.StartAsync($"ulimit -n {Limit}; exec EchoServer --think 0 --log-level warning");
        ProcessMetrics before = ProcessMetrics.Of(server.Id);

        // The clients send nothing, so no connection ends. Most clients wait in the kernel's backlog.
        using ClientPool pool = await ClientPool.ConnectAsync(server.EndPoint, Clients);
        ProcessMetrics full = before;
        await Eventually.BecomesTrueAsync(() => full.Descriptors == (full = ProcessMetrics.Of(server.Id)).Descriptors
            && full.Descriptors > Limit - (2 * Reserve));
        Assert.InRange(full.Descriptors, Limit - (2 * Reserve), Limit - 20);

        // The server waits without polling.
        TimeSpan cpu = full.Cpu;
        long began = Stopwatch.GetTimestamp();
        await Task.Delay(Pause);
        double share = (ProcessMetrics.Of(server.Id).Cpu - cpu) / Stopwatch.GetElapsedTime(began);
        Assert.True(share < MaxCpuShare, $"{share:P1} of a core while paused");

        // Now the clients send. The server accepts waiting clients as connections end.
        began = Stopwatch.GetTimestamp();
        byte[][] echoes = await pool.EachAsync((c, i) => c.EchoAsync(Encoding.ASCII.GetBytes($"client {i}"))).InTime();
        TimeSpan recovered = Stopwatch.GetElapsedTime(began);
        Assert.Equal(Enumerable.Range(0, Clients).Select(i => $"client {i}"), echoes.Select(Encoding.ASCII.GetString));
        await ProcessMetrics.NoConnectionAsync(server.EndPoint.Port);
        await Eventually.BecomesTrueAsync(() => ProcessMetrics.Of(server.Id).Descriptors <= before.Descriptors + 8);

        // The server works as before.
        using ClientPool next = await ClientPool.ConnectAsync(server.EndPoint, 100);
        Assert.All(await next.EachAsync((c, _) => c.EchoAsync("next"u8.ToArray())).InTime(),
            e => Assert.Equal("next"u8.ToArray(), e));

        ProcessMetrics after = ProcessMetrics.Of(server.Id);
        Programs.Result end = await server.StopAsync();
        Assert.Equal((0, ""), (end.ExitCode, end.Errors));
        Assert.Single(Regex.Matches(end.Output,
            $"accepting paused: .* limited by the file descriptors \\(ulimit -n {Limit}\\)"));
        Assert.Single(Regex.Matches(end.Output, "accepting resumed"));
        output.Row(
            $"ulimit -n {Limit} under {Clients:N0} clients",
            $"no exit; {share:P2} of a core while paused for {Pause.TotalSeconds} s; all served in "
                + $"{recovered.TotalSeconds:0.00} s",
            $"before {before}; paused {full}; after {after}");
    }
}
