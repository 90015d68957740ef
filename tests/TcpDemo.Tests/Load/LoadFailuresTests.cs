using System.Net.Sockets;
using SideBySide.Faults;
using SideBySide.Tools;
using TcpClose.Kernel;

namespace TcpDemo.Tests.Load;

/// <summary>The load generator counts each failure by its kind and exits with 2, or with 1 if it cannot run.</summary>
[Trait("Tier", "Long")]
public sealed class LoadFailuresTests
{
    [ConditionalTheory]
    [InlineData("3 short", -1)]
    [InlineData("3 tooLong", 1)]
    public async Task AnEchoOfTheWrongLengthIsCountedAsShortOrTooLong(string failures, int more)
    {
        await using var server = new FaultyServer(async (socket, _) =>
        {
            byte[] received = await socket.ReadToEndAsync();
            await socket.SendAsync((byte[])[.. received.Take(received.Length + more), .. new byte[Math.Max(0, more)]]);
        });
        await FailsAsync(server, "--count 3 --connections 1", failures, lifeCycles: 0);
    }

    [ConditionalTheory]
    [InlineData(0)]
    [InlineData(12_345)]
    [InlineData(99_999)]
    public async Task AnAlteredByteIsCountedAsAltered(int which)
    {
        await using var server = new FaultyServer(async (socket, serial) =>
        {
            byte[] received = await socket.ReadToEndAsync();
            if (serial % 3 == 2) received[which] ^= 1;
            await socket.SendAsync(received);
        });
        // Two of three echoes are correct.
        await FailsAsync(server, "--count 30 --connections 4 --payload 100000", "10 altered", lifeCycles: 20);
    }

    [ConditionalFact]
    public async Task AnEchoOfTheOtherConnectionIsCountedAsAltered()
    {
        TaskCompletionSource<byte[]>[] received = [new(), new()];
        await using var server = new FaultyServer(async (socket, serial) =>
        {
            received[serial].SetResult(await socket.ReadToEndAsync());
            await socket.SendAsync(await received[1 - serial].Task.WithTimeout());
        });
        await FailsAsync(server, "--count 2 --connections 2", "2 altered", lifeCycles: 0);
    }

    [ConditionalTheory]
    [InlineData("throughput")]
    [InlineData("ping-pong")]
    public async Task AByteThatARelayAltersInMidStreamIsCountedAsAltered(string mode)
    {
        await using RunningServer echo = await RunningServer.StartAsync();
        await using var relay = new FaultyRelay(echo.EndPoint, toClient: "flip-byte:5001");
        LoadProgram.Result load = await LoadProgram.RunAsync(relay.Port,
            $"--mode {mode} --connections 3 --duration 1s --payload 64KiB");
        Assert.Equal((2, "3 altered", 0), (load.ExitCode, load.Failures, load.LifeCycles));
    }

    [ConditionalFact]
    public async Task AResetIsCountedAsReset()
    {
        await using var server = new FaultyServer(async (socket, _) =>
        {
            await socket.ReadToEndAsync();
            socket.Abort();
        });
        await FailsAsync(server, "--count 3 --connections 1", "3 reset", lifeCycles: 0);
    }

    [ConditionalFact]
    public async Task AServerThatNeverAnswersOrNeverClosesIsCountedAsTimeOut()
    {
        // The load generator's abort may cause an error in any of these calls.
        await using var server =
            new FaultyServer(async (socket, serial) => await Assert.ThrowsAsync<SocketException>(async () =>
            {
                byte[] received = await socket.ReadToEndAsync();
                if (serial == 1) await socket.SendAsync(received);
                while (true) await socket.SendAsync(await NothingYetAsync(socket));
            }));
        await FailsAsync(server, "--count 2 --connections 1 --timeout 300ms", "2 timeOut", lifeCycles: 0);

        // Waits until the client has aborted.
        static async Task<byte[]> NothingYetAsync(Socket socket)
        {
            await Eventually.BecomesTrueAsync(() =>
                SocketState.Read(socket) == System.Net.NetworkInformation.TcpState.Closed);
            return [0];
        }
    }

    [ConditionalFact]
    public async Task AServerThatClosesFirstIsCountedAsEarly()
    {
        await using var server =
            new FaultyServer(async (socket, _) => await socket.SendAsync(await socket.ReceiveAsync()));
        LoadProgram.Result load = await LoadProgram.RunAsync(server.EndPoint, "--mode idle --connections 2 --hold 2s");
        // One connection counts as early. On the other, the load generator half-closes first.
        Assert.Equal((2, "1 early", 1), (load.ExitCode, load.Failures, load.LifeCycles));
    }

    [ConditionalFact]
    public async Task AServerThatStopsListeningIsCountedAsRefused()
    {
        FaultyServer? server = null;
        server = new FaultyServer(async (socket, serial) =>
        {
            byte[] received = await socket.ReadToEndAsync();
            if (serial == 1) server!.StopListening();
            await socket.SendAsync(received);
        });
        await using (server) await FailsAsync(server, "--count 6 --connections 1", "4 refused", lifeCycles: 2);
    }

    [ConditionalFact(Needs.NetworkNamespace, FaultLab.Ss, FaultLab.Nft)]
    public async Task AServerThatDoesNotAnswerOrIsUnreachableIsReportedInOneSentence()
    {
        await using FaultLab lab = await FaultLab.OpenAsync();
        await lab.LoseAsync(SegmentKind.Syn, times: null);
        LoadProgram.Result load = await LoadProgram.RunAsync(lab.Server.Port,
            "--connections 3 --timeout 300ms", lab.Inside);
        Assert.Equal(
            (1, $"Load: 127.0.0.1:{lab.Server.Port} did not answer (--timeout 300ms): "
                + "check the address, and whether a firewall drops packets."), (load.ExitCode, load.Errors));

        // The kernel's own time-out expires first.
        await lab.Inside.SetAsync("net/ipv4/tcp_syn_retries", 1);
        load = await LoadProgram.RunAsync(lab.Server.Port, "--connections 3 --timeout 50s", lab.Inside);
        Assert.Equal(
            (1, $"Load: 127.0.0.1:{lab.Server.Port} did not answer (--timeout 50s): "
                + "check the address, and whether a firewall drops packets."), (load.ExitCode, load.Errors));

        // The namespace has only the loopback interface.
        load = await LoadProgram.RunAsync(lab.Server.Port, "--host 192.0.2.1", lab.Inside);
        Assert.Equal((1, $"Load: no route to 192.0.2.1:{lab.Server.Port}: check the address and the network."),
            (load.ExitCode, load.Errors));
    }

    [ConditionalFact(Needs.NetworkNamespace)]
    public async Task WithoutAFreePortTheErrorNamesSourceAddressesWhichProvideMore()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        await inside.RunAsync("sh", ["-c", "echo 40000 40019 > /proc/sys/net/ipv4/ip_local_port_range"]);
        await inside.SetAsync("net/ipv4/tcp_tw_reuse", 0);
        await using ServerConsole server = await ServerConsole.StartAsync(inside, "--think", "0",
            "--log-level", "warning");

        LoadProgram.Result load = await LoadProgram.RunAsync(server.Port, "--count 500 --connections 4", inside);
        Assert.Equal((1, "1 noPort"), (load.ExitCode, load.Failures));
        Assert.InRange(load.LifeCycles, 1, 20);
        Assert.Equal(
            "Load: every local port is in use or in TIME-WAIT: use --source-addresses, or wait a minute.",
            load.Errors);

        load = await LoadProgram.RunAsync(server.Port, "--count 500 --connections 50 --source-addresses 50", inside);
        Assert.Equal((0, "", 500), (load.ExitCode, load.Failures, load.LifeCycles));
    }

    [ConditionalFact(Needs.NetworkNamespace, "ss")]
    public async Task EveryLifeCycleLeavesATimeWait()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        await using ServerConsole server = await ServerConsole.StartAsync(inside, "--think", "0",
            "--log-level", "warning");
        LoadProgram.Result load = await LoadProgram.RunAsync(server.Port, "--count 200 --connections 5", inside);
        Assert.Equal((0, 200), (load.ExitCode, load.LifeCycles));
        // Five sockets are reused, but the kernel closes each connection completely.
        string left = await inside.RunAsync("ss", ["-Htan", $"dport = :{server.Port}"]);
        Assert.Equal(Enumerable.Repeat("TIME-WAIT", 200),
            left.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[0]));
    }

    [ConditionalFact(Needs.Linux, "bash")]
    public async Task WithoutAFreeDescriptorTheErrorNamesTheLimit()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        Programs.Result load =
            await Programs.ShellAsync($"ulimit -n 110; exec '{Programs.Ours("Load")}' --port {server.EndPoint.Port} "
                + "--connections 200 --count 1000");
        Assert.Equal(
            (1, "Load: no file descriptor is left: use fewer --connections, or raise the limit (ulimit -n).\n"),
            (load.ExitCode, load.Errors));
        Assert.Contains("1 noDescriptor", load.Output, StringComparison.Ordinal);
    }

    private static async Task FailsAsync(FaultyServer server, string arguments, string failures, long lifeCycles)
    {
        LoadProgram.Result load = await LoadProgram.RunAsync(server.EndPoint, arguments);
        Assert.Equal((2, failures, lifeCycles), (load.ExitCode, load.Failures, load.LifeCycles));
        Assert.Equal("", load.Errors);
    }
}
