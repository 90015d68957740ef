using System.Globalization;
using System.Text.RegularExpressions;
using SideBySide;

namespace TcpDemo.Tests;

/// <summary>TIME-WAIT to its end: a minute on Linux, as the kernel measures it.</summary>
[Trait("Tier", "Long")]
public sealed partial class TimeWaitTests
{
    [NeedsFact(Needs.NetworkNamespace)]
    public async Task TheClientWatchesTimeWaitALineEveryTenSecondsAndSaysHowLongItTook()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        await using ServerConsole server = await ServerConsole.StartAsync(inside);
        using System.Diagnostics.Process client =
            ConsoleProcess.StartProgram(Programs.Ours("EchoClient"), ["--port", $"{server.Port}", "--watch-time-wait"], inside);
        string output = await client.StandardOutput.ReadToEndAsync();
        await client.WaitForExitAsync();
        Assert.Equal(0, client.ExitCode);

        double[] left = [.. Left().Matches(output).Select(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.InRange(left.Length, 6, 7);      // at the beginning, after 10, 20, 30, 40 and 50 s, and perhaps just before the end
        for (int i = 0; i < left.Length; i++) Assert.InRange(left[i], 60 - (10 * i) - 2, 60 - (10 * i) + 0.5);
        double gone = double.Parse(Gone().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(gone, 59, 64);
        Assert.Contains("verdict: closed normally", output.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        Assert.DoesNotContain('\r', output);
    }

    [NeedsFact(Needs.NetworkNamespace, "script", "timeout")]
    public async Task OnATerminalThereIsAProgressBarAndCtrlCEndsTheWatch()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        await using ServerConsole server = await ServerConsole.StartAsync(inside);
        Programs.Result watch = await Programs.ShellAsync(
            $"script -qec \"stty cols 100; timeout --foreground -s INT 3 '{Programs.Ours("EchoClient")}' --port {server.Port} --watch-time-wait; echo code $?\" /dev/null", inside);
        Assert.Matches(@"\rTIME-WAIT \[#*\.+\] +\d\.\d of 60 s", watch.Output);
        Assert.Contains("interrupted: TIME-WAIT goes on without being watched", watch.Output, StringComparison.Ordinal);
        Assert.Contains("verdict:", watch.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"TIME-WAIT    TimeWait      kernel: port \d+ free in ([\d.]+) s")]
    private static partial Regex Left();

    [GeneratedRegex(@"CLOSED       Gone          kernel: gone after ([\d.]+) s")]
    private static partial Regex Gone();
}
