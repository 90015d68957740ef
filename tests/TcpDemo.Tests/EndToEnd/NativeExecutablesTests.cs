using System.Diagnostics;
using System.Text.Json;
using Serilog.Events;
using SideBySide.Running;
using SideBySide.Timeline;
using SideBySide.Tools;
using TcpClose.Scenarios;

namespace TcpDemo.Tests.EndToEnd;

/// <summary>
/// EchoServer, EchoClient and PathCheck can be published as native executables. EchoServer and EchoClient then run
/// every scenario as the built ones do.
/// </summary>
[Collection(nameof(NonParallel))]
[Trait("Tier", "Long")]
public sealed class NativeExecutablesTests(NativeConsoles native) : IClassFixture<NativeConsoles>, IDisposable
{
    private const string DefaultRun = "default run";

    // A separate network namespace if the system allows one: the TIME-WAIT table of a busy machine may be full.
    private readonly NetworkNamespace? _inside = NetworkNamespace.TryCreate();

    public static TheoryData<string> Runs => [DefaultRun, .. ScenarioTable.All.Select(s => s.Name)];

    public void Dispose() => _inside?.Dispose();

    [ConditionalTheory(Needs.NativeCompiler)]
    [InlineData("EchoServer")]
    [InlineData("EchoClient")]
    [InlineData("PathCheck")]
    public async Task ThePublishedFolderContainsOnlyTheProgram(string console)
    {
        Assert.Equal([native[console]], Directory.GetFileSystemEntries(native.FolderOf(console)));
        Programs.Result version = await Programs.RunAsync(native[console], ["--version"]);
        Assert.Equal((0, ""), (version.ExitCode, version.Errors));
        Assert.Matches($"^{Repository.Version}\n$", version.Output);
    }

    [ConditionalTheory(Needs.NativeCompiler)]
    [MemberData(nameof(Runs))]
    public async Task ExitCodesAndPhasesAreThoseOfTheBuiltConsoles(string run)
    {
        RunResult asBuilt = await RunAsync(run, console => console, _inside),
            asPublished = await RunAsync(run, console => native[console], _inside);
        Assert.Equal((0, 0, ""), (asPublished.ClientExitCode, asPublished.ServerExitCode, asPublished.Errors));
        Assert.Equal(asBuilt, asPublished);
    }

    [ConditionalFact(Needs.NativeCompiler | Needs.NetworkNamespace, "unshare", "kill")]
    public async Task StaticallyLinkedConsolesRunInAnOtherwiseEmptyRootDirectory()
    {
        using var root = new TemporaryFolder();
        foreach (string console in (string[])["EchoServer", "EchoClient"])
            await native.PublishAsync(console, root / "", "-p:StaticExecutable=true");
        Assert.Equal(["EchoClient", "EchoServer"],
            Directory.GetFileSystemEntries(root / "").Select(Path.GetFileName).Order());

        using Process server = ConsoleProcess.StartProgram("unshare", [$"--root={root / ""}", "/EchoServer"], _inside);
        try
        {
            Assert.Contains("Listen on 127.0.0.1:8888", await server.StandardOutput.ReadLineAsync().WithTimeout());
            Programs.Result client = await Programs.RunAsync("unshare",
                [$"--root={root / ""}", "/EchoClient", "--host", "localhost"], inside: _inside);
            Assert.Equal((0, ""), (client.ExitCode, client.Errors));
            Assert.EndsWith("result: closed normally: 13 of 13 bytes, 13 after our FIN", client.Lines[^1],
                StringComparison.Ordinal);
        }
        finally
        {
            Programs.Signal(server.Id, 15);
            await server.WaitForExitAsync().WithTimeout();
        }
    }

    [ConditionalFact(Needs.NativeCompiler | Needs.NetworkNamespace, "unshare", "kill")]
    public async Task AStaticallyLinkedPathCheckJudgesAGoodPathInAnOtherwiseEmptyRootDirectory()
    {
        using var root = new TemporaryFolder();
        await native.PublishAsync("PathCheck", root / "", "-p:StaticExecutable=true");
        Assert.Equal([root / "PathCheck"], Directory.GetFileSystemEntries(root / ""));
        await JudgeAGoodPathAsync(root);
    }

    [ConditionalFact(Needs.NativeCompiler | Needs.NetworkNamespace, "unshare", "kill", "ldd")]
    public async Task PathCheckJudgesAGoodPathInARootDirectoryThatHasOnlyTheLibrariesItIsLinkedTo()
    {
        using var root = new TemporaryFolder();
        File.Copy(native["PathCheck"], root / "PathCheck");
        Programs.Result libraries = await Programs.RunAsync("ldd", [native["PathCheck"]]);
        foreach (string path in libraries.Output.Split().Where(word => word.StartsWith('/')))
        {
            Directory.CreateDirectory(root / Path.GetDirectoryName(path)![1..]);
            File.Copy(path, root / path[1..]);
        }

        await JudgeAGoodPathAsync(root);
    }

    [ConditionalFact(Needs.NativeCompiler)]
    public async Task PathCheckIsOneFileForBothEndsAndItsJsonHasTheKeysOfTheBuiltOne()
    {
        await using FarEndConsole server = await FarEndConsole.StartAsync(native["PathCheck"]);
        Assert.Equal(await KeysAsync(Programs.Ours("PathCheck")), await KeysAsync(native["PathCheck"]));

        async Task<string[]> KeysAsync(string program)
        {
            Programs.Result report = await Programs.RunAsync(program,
                ["run", $"127.0.0.1:{server.Port}", "--hold", "0", "--json"]);
            Assert.Equal((0, ""), (report.ExitCode, report.Errors));
            using var json = JsonDocument.Parse(report.Output);
            return [.. json.RootElement.EnumerateObject().Select(p => p.Name), .. json.RootElement.GetProperty("checks")
                .EnumerateArray().SelectMany(c => c.EnumerateObject()).Select(p => p.Name)];
        }
    }

    [ConditionalFact(Needs.NativeCompiler)]
    public async Task SideBySideIsPublishedWithBothConsolesBesideItAndWritesItsTimeline()
    {
        using var folder = new TemporaryFolder();
        await native.PublishAsync("SideBySide", folder / "published");
        Assert.Equal(["EchoClient", "EchoServer", "SideBySide"],
            Directory.GetFileSystemEntries(folder / "published").Select(Path.GetFileName).Order());
        Programs.Result run = await Programs.RunAsync(Path.Combine(folder / "published", "SideBySide"),
            ["--port", "0", "--timeline", folder / "run.json"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        using var timeline = JsonDocument.Parse(await File.ReadAllTextAsync(folder / "run.json"));
        Assert.Contains(timeline.RootElement.EnumerateArray(), entry => entry.TryGetProperty("call", out _));
    }

    // Both ends run in the folder as their root directory.
    private async Task JudgeAGoodPathAsync(TemporaryFolder root)
    {
        using Process server =
            ConsoleProcess.StartProgram("unshare", [$"--root={root / ""}", "/PathCheck", "serve"], _inside);
        try
        {
            Assert.Contains("Listen on 127.0.0.1:8888", await server.StandardOutput.ReadLineAsync().WithTimeout());
            Task<string> log = server.StandardOutput.ReadToEndAsync(), errors = server.StandardError.ReadToEndAsync();
            foreach (string host in (string[])["127.0.0.1", "localhost"])
            {
                Programs.Result run = await Programs.RunAsync("unshare",
                    [$"--root={root / ""}", "/PathCheck", "run", $"{host}:8888", "--hold", "0,100ms"], inside: _inside);
                Assert.True((0, "") == (run.ExitCode, run.Errors), $"{run.ExitCode}\n{run.Output}{run.Errors}");
                Assert.Contains("This path preserves half-close", run.Output, StringComparison.Ordinal);
            }

            Programs.Signal(server.Id, 15);
            await Task.WhenAll(log, errors, server.WaitForExitAsync()).WithTimeout();
            Assert.Equal((0, ""), (server.ExitCode, await errors));
        }
        finally
        {
            if (!server.HasExited) server.Kill();
        }
    }

    private static async Task<RunResult> RunAsync(string run, Func<string, string> program, NetworkNamespace? inside)
    {
        Scenario scenario = ScenarioTable.Find(run == DefaultRun ? ScenarioTable.PlainEcho : run);
        string[] arguments = run == DefaultRun ? [] : ["--scenario", run];
        await using ServerConsole? server = scenario.HasServer
            ? await ServerConsole.StartProgramAsync(program("EchoServer"), inside, [.. scenario.ServerArguments])
            : null;
        await using var client = new ClientConsole(program("EchoClient"), server?.Port ?? scenario.StandardPort,
            inside, arguments);
        ClientConsole.Result ended = await client.EndAsync();
        if (server is not null)
            await Eventually.BecomesTrueAsync(() =>
                server.Events.Any(e => e.Get<string>("Phase") is "SocketClosed" or "ResetReceived" or "Aborted"));
        (int serverExitCode, List<LogEvent> serverEvents) = server is null ? (0, []) : await server.StopAsync();
        return new RunResult(ended.ExitCode, serverExitCode, ended.Errors, Phases(client.Events, run),
            Phases(serverEvents, run));
    }

    // In simultaneous and http, the order of the closes may differ between runs, and so may the side in TIME-WAIT.
    private static string Phases(IEnumerable<LogEvent> events, string run)
    {
        IEnumerable<string> phases = events.Select(e => e.Get<string>("Phase")).OfType<string>();
        return string.Join(", ", run is "simultaneous" or "http" ? phases.Where(p => p != "TimeWait").Order() : phases);
    }

    private sealed record RunResult(int ClientExitCode, int ServerExitCode, string Errors, string ClientPhases,
        string ServerPhases);
}
