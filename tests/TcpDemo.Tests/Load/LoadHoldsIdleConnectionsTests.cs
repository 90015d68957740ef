using System.Diagnostics;
using System.Net;
using Serilog.Events;
using SideBySide.Running;
using SideBySide.Tools;

namespace TcpDemo.Tests.Load;

/// <summary>In idle mode the load generator keeps open and half-closed connections idle.</summary>
[Trait("Tier", "Long")]
public sealed class LoadHoldsIdleConnectionsTests
{
    [ConditionalFact(Needs.NetworkNamespace, "ss")]
    public async Task HalfOfTheIdleConnectionsAreHeldHalfClosedAtBothEnds()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        await using ServerConsole server = await ServerConsole.StartAsync(inside, "--think", "0",
            "--log-level", "warning");
        Task<LoadProgram.Result> running = LoadProgram.RunAsync(server.Port,
            "--mode idle --connections 12 --payload 120KiB --hold 3s", inside);

        // Both ends of each connection are listed.
        var states = new List<string>();
        await Eventually.BecomesTrueAsync(async () =>
        {
            states.Add(await StatesAsync(inside));
            return states[^1] == "6 CLOSE-WAIT, 12 ESTAB, 6 FIN-WAIT-2";
        }, () => string.Join("; ", states.Distinct()));
        LoadProgram.Result load = await running.WithTimeout();
        Assert.Equal((0, "", 12, 12 * 120 * 1024), (load.ExitCode, load.Failures, load.LifeCycles, load.Bytes));
        Assert.Equal((6, 6, 0), load.Held);
    }

    [ConditionalFact]
    public async Task AHeldConnectionWhoseEchoFitsTheBuffersHasEndedAtTheServer()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        LoadProgram.Result load = await LoadProgram.RunAsync(server.EndPoint,
            "--mode idle --connections 300 --hold 3s");
        Assert.Equal((0, "", 300, 300 * 13), (load.ExitCode, load.Failures, load.LifeCycles, load.Bytes));
        Assert.Equal((150, 0, 150), load.Held);
    }

    [ConditionalFact]
    public async Task AnInterruptedRunExitsWith130AndStillReports()
    {
        await using RunningServer server = await RunningServer.StartAsync(level: LogEventLevel.Information);
        (int exitCode, string output) = await InterruptAsync(server.EndPoint, server.Log.WaitForAsync("Sent"), "--mode",
            "idle", "--connections", "1", "--hold", "60s");
        Assert.Equal(130, exitCode);
        Assert.StartsWith("idle          0 life cycles over 1 connection in ", output, StringComparison.Ordinal);
    }

    [ConditionalFact]
    public async Task AnInterruptedRunWithAFailureExitsWith2()
    {
        var altered = new TaskCompletionSource();
        await using var server = new FaultyServer(async (socket, serial) =>
        {
            byte[] received = await socket.ReadToEndAsync();
            if (serial == 0) received[0] ^= 1;
            else altered.TrySetResult();      // the second one starts after the first has been counted
            await socket.SendAsync(received);
        });
        (int exitCode, _) = await InterruptAsync(server.EndPoint, altered.Task, "--connections", "1",
            "--duration", "60s");
        Assert.Equal(2, exitCode);
    }

    // Runs the load generator until the task has completed.
    private static async Task<(int ExitCode, string Output)> InterruptAsync(EndPoint server, Task when,
        params string[] arguments)
    {
        const int SigInt = 2;
        using Process load = ConsoleProcess.StartProgram(Programs.Ours("Load"),
            ["--port", $"{((IPEndPoint)server).Port}", .. arguments]);
        try
        {
            await when.WithTimeout();
            Programs.Signal(load.Id, SigInt);
            await load.WaitForExitAsync().WithTimeout();
            return (load.ExitCode, await load.StandardOutput.ReadToEndAsync().WithTimeout());
        }
        finally
        {
            if (!load.HasExited) load.Kill();
        }
    }

    private static async Task<string> StatesAsync(NetworkNamespace inside) =>
        string.Join(", ", (await inside.RunAsync("ss", ["-Htan", "state", "connected"]))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .CountBy(l => l.Split(' ')[0]).OrderBy(s => s.Key, StringComparer.Ordinal)
            .Select(s => $"{s.Value} {s.Key}"));
}
