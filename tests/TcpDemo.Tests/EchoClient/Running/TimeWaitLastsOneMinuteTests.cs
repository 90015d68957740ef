using System.Globalization;
using System.Text.RegularExpressions;
using SideBySide.Running;
using SideBySide.Tools;

namespace TcpDemo.Tests.EchoClient.Running;

/// <summary>The client monitors TIME-WAIT to its end: a minute on Linux, by the kernel's clock.</summary>
[Trait("Tier", "Long")]
public sealed partial class TimeWaitLastsOneMinuteTests
{
    /// <summary>Ten times as long as TIME-WAIT.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    [ConditionalFact(Needs.NetworkNamespace)]
    public async Task TheClientLogsTimeWaitEveryTenSecondsAndThenHowLongItTook()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        await using ServerConsole server = await ServerConsole.StartAsync(inside);
        using System.Diagnostics.Process client =
            ConsoleProcess.StartProgram(Programs.Ours("EchoClient"),
                ["--port", $"{server.Port}", "--watch-time-wait"], inside);
        string output = await client.StandardOutput.ReadToEndAsync().WaitAsync(Limit);
        await client.WaitForExitAsync().WithTimeout();
        Assert.Equal(0, client.ExitCode);

        // The time left is compared with the timestamps of the lines, because a busy machine may write the lines late.
        (TimeSpan At, double Left)[] lines = [.. Left().Matches(output)
            .Select(m => (TimeSpan.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture), Number(m.Groups[2])))];
        // One line at the start, one each after 10, 20, 30, 40 and 50 s, and perhaps one just before the end.
        Assert.InRange(lines.Length, 6, 7);
        Assert.InRange(lines[0].Left, 55, 60);
        Assert.All(lines,
            line => Assert.InRange(line.Left + Since(lines[0].At, line.At), lines[0].Left - 0.5, lines[0].Left + 0.5));
        Match gone = Gone().Match(output);
        Assert.InRange(Number(gone.Groups[2]), 59,
            Since(lines[0].At, TimeSpan.Parse(gone.Groups[1].Value, CultureInfo.InvariantCulture)) + 1
                + (60 - lines[0].Left));
        Assert.Contains("result: closed normally", output.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        Assert.DoesNotContain('\r', output);
    }

    [ConditionalFact(Needs.NetworkNamespace, "script", "bash")]
    public async Task OnATerminalThereIsAProgressBarAndCtrlCEndsTheWatch()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        await using ServerConsole server = await ServerConsole.StartAsync(inside);
        InterruptedTerminal.Result shown = await InterruptedTerminal.RunAsync(100,
            $"'{Programs.Ours("EchoClient")}' --port {server.Port} --watch-time-wait", Bar(), inside);
        Assert.Contains("interrupted: TIME-WAIT continues, but is no longer monitored", shown.Rest,
            StringComparison.Ordinal);
        Assert.Contains("result:", shown.Rest, StringComparison.Ordinal);
        Assert.DoesNotContain("interrupted", shown.Drawn, StringComparison.Ordinal);
        Assert.Equal(130, shown.ExitCode);
    }

    private static double Number(Group group) => double.Parse(group.Value, CultureInfo.InvariantCulture);

    // The seconds between two times of day, even across midnight.
    private static double Since(TimeSpan began, TimeSpan at) =>
        (at - began + TimeSpan.FromDays(1)).TotalSeconds % TimeSpan.FromDays(1).TotalSeconds;

    [GeneratedRegex(@"\rTIME-WAIT \[#*\.+\] +\d+\.\d of 60 s")]
    private static partial Regex Bar();

    [GeneratedRegex(@"([\d:.]+) client +\d+ TIME-WAIT    TimeWait      kernel: port \d+ is free in ([\d.]+) s")]
    private static partial Regex Left();

    [GeneratedRegex(@"([\d:.]+) client +\d+ CLOSED       Gone          kernel: TIME-WAIT ended after ([\d.]+) s")]
    private static partial Regex Gone();
}
