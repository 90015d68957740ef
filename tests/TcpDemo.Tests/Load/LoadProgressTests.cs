using System.Text.RegularExpressions;
using SideBySide.Tools;

namespace TcpDemo.Tests.Load;

/// <summary>On a terminal, the load generator shows its progress in one line, which it clears at the end.</summary>
[Trait("Tier", "Long")]
public sealed class LoadProgressTests
{
    private const string Terminal = "script", Shell = "bash";

    [ConditionalTheory(Needs.Linux, Terminal, Shell)]
    [InlineData("--duration 1200ms", @"\d s: 2 open, [\d,]+ life cycles, 0 failures")]
    [InlineData("--mode ping-pong --duration 1200ms", @"\d s: 2 open, [\d,]+ messages, 0 failures")]
    [InlineData("--mode throughput --duration 1200ms", @"\d s: 2 open, \d+\.\d\d GB, 0 failures")]
    [InlineData("--mode idle --hold 1200ms", @"\d s: 2 open, held, 0 failures")]
    public async Task EveryModeShowsItsProgress(string arguments, string line)
    {
        (List<string> drawn, string report) = await RunAsync(80, arguments);
        Assert.Contains(drawn, d => Regex.IsMatch(d, $"^{line} *$"));
        Assert.All(drawn, d => Assert.Matches(@"^\d+ s: \d .*\d failures *$", d));
        Assert.DoesNotContain("failures,", report, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, Terminal, Shell)]
    public async Task TheProgressLineFitsANarrowTerminal()
    {
        const int Columns = 20;
        (List<string> drawn, _) = await RunAsync(Columns, "--duration 1200ms");
        Assert.All(drawn, d => Assert.Matches(@"^\d+ s: \d open, [\d,]+( \w*)*$", d));
        Assert.All(drawn, d => Assert.Equal(Columns - 1, d.Length));
    }

    [ConditionalFact(Needs.Linux, Shell)]
    public async Task WithoutATerminalThereIsNoProgressLine()
    {
        using NetworkNamespace? inside = NetworkNamespace.TryCreate();
        await using ServerConsole server = await StartAsync(inside);
        Programs.Result load = await Programs.RunAsync(Programs.Ours("Load"),
            ["--port", $"{server.Port}", "--connections", "2", "--duration", "1200ms"], inside: inside);
        Assert.Equal((0, ""), (load.ExitCode, load.Errors));
        Assert.StartsWith("lifecycle ", load.Output, StringComparison.Ordinal);
    }

    // Without a network namespace, about ten thousand connections remain in TIME-WAIT on the machine.
    private static Task<ServerConsole> StartAsync(NetworkNamespace? inside) =>
        ServerConsole.StartAsync(inside, "--think", "0", "--log-level", "warning");

    // Checks that spaces have overwritten the last progress line.
    private static async Task<(List<string> Drawn, string Report)> RunAsync(int columns, string arguments)
    {
        using NetworkNamespace? inside = NetworkNamespace.TryCreate();
        await using ServerConsole server = await StartAsync(inside);
        Programs.Result terminal = await Programs.ShellAsync(
            $"script -qec \"stty cols {columns}; '{Programs.Ours("Load")}' --port {server.Port} --connections 2 "
                + $"{arguments}\" /dev/null", inside);
        Assert.Equal(0, terminal.ExitCode);
        Match shown = Regex.Match(terminal.Output, @"(?:\r(?<drawn>\d[^\r]*))+\r(?<wiped> +)\r(?<report>[a-z].*)$",
            RegexOptions.Singleline);
        Assert.True(shown.Success, terminal.Output);
        List<string> drawn = [.. shown.Groups["drawn"].Captures.Select(c => c.Value)];
        Assert.True(shown.Groups["wiped"].Length >= drawn[^1].TrimEnd().Length);
        return (drawn, shown.Groups["report"].Value);
    }
}
