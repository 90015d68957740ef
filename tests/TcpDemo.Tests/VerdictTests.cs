using System.Net;
using System.Net.Sockets;
using EchoClient.Verdict;

namespace TcpDemo.Tests;

/// <summary>The verdict on a path that does nothing, and the command that asks for it.</summary>
[Collection(nameof(NonParallel))]
[Trait("Tier", "Long")]
public sealed class VerdictTests
{
    [Fact]
    public async Task WithoutARelayEverythingIsPreserved()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        var options = new PathCheckOptions { Port = server.EndPoint.Port, Holds = [TimeSpan.Zero, TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(1)], Timeout = TimeSpan.FromSeconds(2) };
        PathReport result = await new PathCheckRunner(options, _ => { }).RunAsync(CancellationToken.None).Judged();
        Assert.All(result.Findings, f => Assert.Equal((f.Check, PathEffect.Preserved), (f.Check, f.Effect)));
        Assert.Equal(3 + 3 + 5, result.Findings.Count);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("This path preserves half-close, after up to 1s of silence: nothing was lost or altered.", result.Summary);
    }

    [Fact]
    public async Task AnInterruptedRunEndsAtOnce()
    {
        using Socket listener = Pair.Listen();
        using var stop = new CancellationTokenSource();
        Task<PathReport> run = new PathCheckRunner(new PathCheckOptions { Port = ((IPEndPoint)listener.LocalEndPoint!).Port, Timeout = TimeSpan.FromHours(1) }, _ => { }).RunAsync(stop.Token);
        using Socket silent = await listener.AcceptAsync().WithTimeout();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WithTimeout());
    }

    [ConditionalFact]
    public async Task AnInterruptedCommandSaysNothingAndEndsWith130()
    {
        using Socket listener = Pair.Listen();
        using System.Diagnostics.Process client = SideBySide.Running.ConsoleProcess.StartProgram(Programs.Ours("EchoClient"), ["verdict", "--port", $"{((IPEndPoint)listener.LocalEndPoint!).Port}", "--timeout", "1m"]);
        using Socket silent = await listener.AcceptAsync().WithTimeout();
        Programs.Signal(client.Id, 2);
        await client.WaitForExitAsync().WithTimeout();
        Assert.Equal((130, "", ""), (client.ExitCode, await client.StandardOutput.ReadToEndAsync().WithTimeout(), await client.StandardError.ReadToEndAsync().WithTimeout()));
    }

    [Fact]
    public async Task TheCommandPrintsATableOfAHundredColumnsAndEndsWith0()
    {
        await using ServerConsole server = await ServerConsole.StartAsync(null);
        Programs.Result table = await Programs.RunAsync(Programs.Ours("EchoClient"), ["verdict", "--port", $"{server.Port}", "--hold", "0.1s,0"]);
        Assert.Equal((0, ""), (table.ExitCode, table.Errors));
        Assert.All(table.Lines, l => Assert.InRange(l.Length, 1, 100));
        Assert.StartsWith("client ends, reply at once       preserved ", table.Lines[1], StringComparison.Ordinal);
        Assert.StartsWith("client ends, reply after 100ms   preserved ", table.Lines[2], StringComparison.Ordinal);

        Programs.Result json = await Programs.RunAsync(Programs.Ours("EchoClient"), ["verdict", "--port", $"{server.Port}", "--hold", "0", "--json"]);
        using var read = System.Text.Json.JsonDocument.Parse(json.Output);
        Assert.True(read.RootElement.GetProperty("preserved").GetBoolean());
        Assert.Equal(7, read.RootElement.GetProperty("checks").GetArrayLength());
    }

    [ConditionalFact(Needs.Linux, "script", "stty")]
    public async Task OnATerminalALineSaysWhatItIsWaitingForAndIsWipedBeforeTheTable()
    {
        await using ServerConsole server = await ServerConsole.StartAsync(null);
        Programs.Result run = await Programs.ShellAsync(
            $"script -qec \"stty cols 100; '{Programs.Ours("EchoClient")}' verdict --port {server.Port} --hold 0,100ms\" /dev/null");
        string[] drawn = run.Output.Split('\r');
        Assert.Contains(drawn, d => d.TrimEnd() == "checking: both directions at once");
        Assert.Contains(drawn, d => d.TrimEnd() == "checking: 4 half-closed connections side by side, the longest silent for 100ms");
        string table = run.Output[run.Output.IndexOf("check                            result", StringComparison.Ordinal)..];
        Assert.DoesNotContain("checking:", table, StringComparison.Ordinal);
        Assert.EndsWith(new string(' ', 10) + "\r", run.Output[..^table.Length], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("verdict --port 1", "EchoClient: nothing listens on 127.0.0.1:1 (or a firewall rejects): start the relay there, and EchoServer behind it.")]
    [InlineData("verdict --hold 1s,x", "EchoClient: --hold \"1s,x\" is no list of up to 16 durations of at most 10 minutes: write 0,0.1s,1s. See --help.")]
    [InlineData("verdict --json --markdown", "EchoClient: --json or --markdown: give one of them. See --help.")]
    [InlineData("--port 1 verdict", "EchoClient: --port stands before verdict: give verdict first, and its options behind it. See --help.")]
    public async Task WhatCannotBeJudgedIsOneSentenceAndExitCode1(string arguments, string sentence)
    {
        Programs.Result result = await Programs.RunAsync(Programs.Ours("EchoClient"), arguments.Split(' '));
        Assert.Equal(("", 1), (result.Output, result.ExitCode));
        Assert.StartsWith(sentence, result.Errors, StringComparison.Ordinal);
        Assert.Single(result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
