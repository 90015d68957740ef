using System.Net;
using System.Net.Sockets;
using PathCheck;
using PathCheck.Checks;
using PathCheck.Classifying;
using PathCheck.Reporting;
using PathCheck.Running;
using SideBySide.Running;

namespace TcpDemo.Tests.PathCheck;

/// <summary>A path without a relay, and the command lines of both ends.</summary>
[Collection(nameof(NonParallel))]
[Trait("Tier", "Long")]
public sealed class RunCommandTests
{
    [Fact]
    public async Task WithoutARelayEverythingIsPreserved()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        var options = new PathCheckOptions
        {
            Port = server.EndPoint.Port,
            Holds = [TimeSpan.Zero, TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(1)],
        };
        PathReport result = await new PathCheckRunner(options, _ => { }).RunAsync(CancellationToken.None).Judged();
        Assert.All(result.Results, f => Assert.Equal((f.Check, PathEffect.Preserved), (f.Check, f.Effect)));
        Assert.Equal((2 * 3) + CheckTable.All.Count(c => !c.HasHold && !c.NeedsGivenHold), result.Results.Count);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            "This path preserves half-close, after up to 1s of silence: nothing was lost or altered.", result.Summary);
    }

    [Fact]
    public async Task AnInterruptedRunEndsImmediately()
    {
        using Socket listener = Pair.Listen();
        using var stop = new CancellationTokenSource();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Task<PathReport> run = new PathCheckRunner(
            new PathCheckOptions { Port = port, Timeout = TimeSpan.FromHours(1) }, _ => { }).RunAsync(stop.Token);
        using Socket silent = await listener.AcceptAsync().WithTimeout();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WithTimeout());
    }

    [ConditionalFact]
    public async Task AnInterruptedCommandPrintsNothingAndExitsWith130()
    {
        using Socket listener = Pair.Listen();
        using System.Diagnostics.Process client = ConsoleProcess.StartProgram(
            Programs.Ours("PathCheck"),
            ["run", $"127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}", "--timeout", "1m"]);
        using Socket silent = await listener.AcceptAsync().WithTimeout();
        Programs.Signal(client.Id, 2);
        await client.WaitForExitAsync().WithTimeout();
        Assert.Equal(
            (130, "", ""),
            (client.ExitCode, await client.StandardOutput.ReadToEndAsync().WithTimeout(),
            await client.StandardError.ReadToEndAsync().WithTimeout()));
    }

    [Fact]
    public async Task TheCommandPrintsATableOfAHundredColumnsAndExitsWith0()
    {
        await using FarEndConsole server = await FarEndConsole.StartAsync();
        Programs.Result table = await Programs.RunAsync(
            Programs.Ours("PathCheck"), ["run", $"127.0.0.1:{server.Port}", "--hold", "0.1s,0"]);
        Assert.Equal((0, ""), (table.ExitCode, table.Errors));
        Assert.All(table.Lines, l => Assert.InRange(l.Length, 1, 100));
        Assert.StartsWith("client ends, immediate reply     preserved ", table.Lines[1], StringComparison.Ordinal);
        Assert.StartsWith("client ends, reply after 100ms   preserved ", table.Lines[2], StringComparison.Ordinal);

        Programs.Result json = await Programs.RunAsync(
            Programs.Ours("PathCheck"), ["run", $"127.0.0.1:{server.Port}", "--hold", "0", "--json"]);
        using var read = System.Text.Json.JsonDocument.Parse(json.Output);
        Assert.True(read.RootElement.GetProperty("preserved").GetBoolean());
        Assert.Equal(
            CheckTable.All.Count(c => !c.NeedsGivenHold), read.RootElement.GetProperty("checks").GetArrayLength());
    }

    [ConditionalFact(Needs.Linux, "script", "stty")]
    public async Task OnATerminalAProgressLineIsDrawnAndErasedBeforeTheTable()
    {
        await using FarEndConsole server = await FarEndConsole.StartAsync();
        Programs.Result run = await Programs.ShellAsync(
            $"script -qec \"stty cols 100; '{Programs.Ours("PathCheck")}' run 127.0.0.1:{server.Port} --hold " +
                "0,100ms\" /dev/null");
        string[] drawn = run.Output.Split('\r');
        Assert.Contains(drawn, d => d.TrimEnd() == "checking: full duplex, 4 MiB each way");
        Assert.Contains(
            drawn, d =>
            d.TrimEnd() == "checking: 4 half-closed connections in parallel, the longest silent for 100ms");
        string table =
            run.Output[run.Output.IndexOf("check                            result", StringComparison.Ordinal)..];
        Assert.DoesNotContain("checking:", table, StringComparison.Ordinal);
        Assert.EndsWith(new string(' ', 10) + "\r", run.Output[..^table.Length], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "run 127.0.0.1:1",
        "PathCheck: nothing listens on 127.0.0.1:1 (or a firewall rejects the connection): start the relay there, " +
        "and PathCheck serve at the far end.")]
    [InlineData(
        "run 127.0.0.1:1 --hold 1s,x",
        "PathCheck: --hold \"1s,x\" is not a list of at most 16 durations, each of at most 10 minutes: write " +
        "0,0.1s,1s. See --help.")]
    [InlineData(
        "run 127.0.0.1:1 --json --markdown",
        "PathCheck: --json and --markdown cannot be combined: use one of them. See --help.")]
    [InlineData(
        "run 127.0.0.1", "PathCheck: \"127.0.0.1\" is not HOST:PORT: write 127.0.0.1:9999 or [::1]:9999. See --help.")]
    [InlineData(
        "run ::1:9999", "PathCheck: \"::1:9999\" is not HOST:PORT: write 127.0.0.1:9999 or [::1]:9999. See --help.")]
    [InlineData(
        "run 127.0.0.1:0",
        "PathCheck: \"127.0.0.1:0\" is not HOST:PORT: write 127.0.0.1:9999 or [::1]:9999. See --help.")]
    [InlineData("run 127.0.0.1:1 --expect ", "PathCheck: --expect \"\" is not a file: use a file name. See --help.")]
    [InlineData("serve --port x", "PathCheck: --port \"x\" is not a port: use a number from 0 to 65535. See --help.")]
    public async Task AnErrorPrintsOneSentenceAndExitsWith1(string arguments, string sentence)
    {
        Programs.Result result = await Programs.RunAsync(Programs.Ours("PathCheck"), arguments.Split(' '));
        Assert.Equal(("", 1), (result.Output, result.ExitCode));
        Assert.StartsWith(sentence, result.Errors, StringComparison.Ordinal);
        Assert.Single(result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task EchoClientVerdictRefersToPathCheck()
    {
        Programs.Result result =
            await Programs.RunAsync(Programs.Ours("EchoClient"), ["verdict", "--port", "9999", "--hold", "0"]);
        Assert.Equal(("", 1), (result.Output, result.ExitCode));
        Assert.Equal(
            "EchoClient: verdict is a separate program now: start PathCheck serve at the far end of the path, and " +
                "PathCheck run HOST:PORT here.\n",
            result.Errors.ReplaceLineEndings("\n"));
    }
}
