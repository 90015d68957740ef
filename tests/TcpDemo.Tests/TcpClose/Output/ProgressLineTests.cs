using System.Text.RegularExpressions;
using TcpClose.Output;

namespace TcpDemo.Tests.TcpClose.Output;

/// <summary>The progress line fits in one row of its terminal. It is cleared before other output.</summary>
[Trait("Tier", "Long")]
public sealed partial class ProgressLineTests
{
    [Theory]
    [InlineData(20, "received  42 % of 64")]
    [InlineData(40, "received [#####......]  42 % of 1.5 GiB")]
    [InlineData(60, "received [############")]
    [InlineData(120, "received [#################.......................]  42 % of 1.5 GiB")]
    public void TheBarFitsTheWidth(int columns, string beginning)
    {
        string figures = columns == 20 ? " 42 % of 64 KiB" : " 42 % of 1.5 GiB";
        string line = ProgressLine.Compose("received", 0.42, figures, columns);
        Assert.InRange(line.Length, 1, columns - 1);
        Assert.StartsWith(beginning[..Math.Min(beginning.Length, columns - 1)], line, StringComparison.Ordinal);
    }

    [ConditionalTheory(Needs.Linux, "script", "bash")]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(120)]
    public async Task TheClientsProgressLineIsOneRowAndIsClearedAtTheEnd(int columns)
    {
        await using ServerConsole server = await ServerConsole.StartAsync(null);
        InterruptedTerminal.Result terminal = await InterruptedTerminal.RunAsync(columns,
            $"'{Programs.Ours("EchoClient")}' --port {server.Port} --watch-time-wait", Drawn());
        // The terminal echoes Ctrl+C as ^C, anywhere in the output.
        string output = (terminal.Drawn + terminal.Rest).Replace("^C", "", StringComparison.Ordinal);
        // On a signal, .NET writes this sequence, which sets the terminal's mode.
        Match shown = Shown().Match(output.Replace("\e[?1h\e=", "", StringComparison.Ordinal));
        Assert.True(shown.Success, output);
        Assert.All(shown.Groups["drawn"].Captures, d => Assert.InRange(d.Value.Length, 10, columns - 1));
        Assert.InRange(shown.Groups["cleared"].Length, shown.Groups["drawn"].Captures[^1].Value.TrimEnd().Length,
            columns - 1);
    }

    // The line was drawn, and is being drawn again.
    [GeneratedRegex(@"\rTIME-WAIT [^\r\n]*\r")]
    private static partial Regex Drawn();

    [GeneratedRegex(@"(?:\r(?<drawn>TIME-WAIT [^\r\n]*))+\r(?<cleared> +)\r")]
    private static partial Regex Shown();
}
