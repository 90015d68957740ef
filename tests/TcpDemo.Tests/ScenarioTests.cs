using Serilog.Events;
using SideBySide;
using TcpClose;

namespace TcpDemo.Tests;

/// <summary>Every row of the table, played by the two built programs and held against the kernel's trace and a capture.</summary>
[Collection(nameof(Alone))]
public sealed class ScenarioTests : IDisposable
{
    private const int Runs = 5;

    private readonly NetworkNamespace? _inside = NetworkNamespace.TryCreate();

    public static TheoryData<string> Names => [.. Scenarios.All.Select(s => s.Name)];

    public void Dispose() => _inside?.Dispose();

    [NeedsFact(Needs.KernelTrace | Needs.PacketCapture, "ss", "awk")]
    public async Task EveryScenarioGoesThroughItsStatesAndPutsItsSegmentsOnTheWireInEveryRun()
    {
        await using ServerConsole server = await ServerConsole.StartAsync(_inside, [.. Scenarios.All.SelectMany(s => s.ServerArguments)]);
        await using PacketCapture capture = await PacketCapture.StartAsync(server.Port, _inside);
        using KernelTrace trace = KernelTrace.Start(server.Port);
        foreach (Scenario scenario in Scenarios.All)
        {
            for (int run = 0; run < Runs; run++)
            {
                // The sockets: the client's exit code and standard error are checked by the runner.
                List<LogEvent> client = await server.RunClientAsync("--scenario", scenario.Name);
                int port = client[^1].Get<int>("Connection");
                await Until.TrueAsync(() => server.Events.Any(e => e.Get<int>("Connection") == port && e.Get<string>("Phase") is "SocketClosed" or "Aborted"));

                // The kernel.
                IReadOnlyList<SocketHistory> histories = trace.Read();
                Assert.Equal($"{scenario.Name}: {scenario.ClientStates}", $"{scenario.Name}: {histories.Single(h => h.LocalPort == port).Path}");
                Assert.Equal($"{scenario.Name}: {scenario.ServerStates}", $"{scenario.Name}: {histories.Single(h => h.RemotePort == port).Path}");
                Assert.Equal(scenario.TimeWait, await TimeWaitAsync(port, server.Port));

                // The wire.
                IReadOnlyList<Segment> wire = await capture.WaitForAsync(
                    all => WireSummary.Of(all.Where(s => s.FromPort == port || s.ToPort == port), port).Count >= scenario.Wire.Count, Until.Limit);
                Assert.Equal([scenario.Name, .. scenario.Wire], [scenario.Name, .. WireSummary.Of(wire.Where(s => s.FromPort == port || s.ToPort == port), port)]);
            }
        }
    }

    [Theory(Timeout = Until.TestLimit)]
    [MemberData(nameof(Names))]
    public async Task EveryScenarioEndsWith0AndAVerdict(string scenario)
    {
        await using ServerConsole server = await ServerConsole.StartAsync(_inside, [.. Scenarios.All.SelectMany(s => s.ServerArguments)]);
        List<LogEvent> client = await server.RunClientAsync("--scenario", scenario);
        Assert.Equal(0, client[^1].Get<int>("ExitCode"));
        Assert.InRange(client[^1].Get<string>("Sentence")!.Length, 10, 62);
    }

    [Fact]
    public void BothConsolesHaveAnActForEveryRowAndForNothingElse()
    {
        Assert.Equal(Scenarios.All.Where(s => s.IsAct).Select(s => s.Name), EchoServer.Acts.Acts.Names);
        Assert.All(Scenarios.All, s => Assert.NotNull(EchoClient.Acts.Plays.For(new EchoClient.ClientOptions { Scenario = s.Name })));
        Assert.All(Scenarios.All.Where(s => s.IsAct), s =>
        {
            string file = string.Concat(s.Name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..])) + ".cs";
            Assert.True(File.Exists(Path.Combine(Repository.Root, "EchoServer", "Acts", file)), file);
            Assert.True(File.Exists(Path.Combine(Repository.Root, "EchoClient", "Acts", file)), file);
        });
    }

    private async Task<Side?> TimeWaitAsync(int clientPort, int serverPort)
    {
        Programs.Result table = await Programs.ShellAsync(
            $"ss -Htan state time-wait '( sport = :{clientPort} or dport = :{clientPort} )' | awk '{{print $3}}'", _inside);
        return table.Lines switch
        {
            [] => null,
            [var local] when local.EndsWith($":{clientPort}", StringComparison.Ordinal) => Side.Client,
            [var local] when local.EndsWith($":{serverPort}", StringComparison.Ordinal) => Side.Server,
            var rows => throw new InvalidDataException(string.Join('\n', rows)),
        };
    }
}
