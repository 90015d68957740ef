using System.Globalization;
using System.Text.RegularExpressions;
using SideBySide;

namespace TcpDemo.Tests;

/// <summary>TIME-WAIT to its end: a minute on Linux, as the kernel measures it.</summary>
[Trait("Tier", "Long")]
public sealed partial class TimeWaitTests
{
    private const char CtrlC = '\x03';

    /// <summary>Ten times as long as TIME-WAIT.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    [NeedsFact(Needs.NetworkNamespace)]
    public async Task TheClientWatchesTimeWaitALineEveryTenSecondsAndSaysHowLongItTook()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        await using ServerConsole server = await ServerConsole.StartAsync(inside);
        using System.Diagnostics.Process client =
            ConsoleProcess.StartProgram(Programs.Ours("EchoClient"), ["--port", $"{server.Port}", "--watch-time-wait"], inside);
        string output = await client.StandardOutput.ReadToEndAsync().WaitAsync(Limit);
        await client.WaitForExitAsync().Soon();
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
        string command = $"stty cols 100; exec '{Programs.Ours("EchoClient")}' --port {server.Port} --watch-time-wait";
        using System.Diagnostics.Process terminal = ConsoleProcess.StartProgram("script", ["-qec", command, "/dev/null"], inside);
        try
        {
            // What is written to script is typed on the terminal.
            string drawn = await ReadAsync(terminal.StandardOutput, Bar());
            await terminal.StandardInput.WriteAsync(CtrlC);
            await terminal.StandardInput.FlushAsync();
            string rest = await terminal.StandardOutput.ReadToEndAsync().Soon();
            await terminal.WaitForExitAsync().Soon();
            Assert.Contains("interrupted: TIME-WAIT goes on without being watched", rest, StringComparison.Ordinal);
            Assert.Contains("verdict:", rest, StringComparison.Ordinal);
            Assert.DoesNotContain("interrupted", drawn, StringComparison.Ordinal);
            Assert.Equal(130, terminal.ExitCode);
        }
        finally
        {
            if (!terminal.HasExited) terminal.Kill(entireProcessTree: true);
        }
    }

    // Reads until the text is there.
    private static async Task<string> ReadAsync(StreamReader output, Regex text)
    {
        var read = new StringBuilder();
        char[] buffer = new char[1024];
        while (!text.IsMatch(read.ToString()))
        {
            int count = await output.ReadAsync(buffer.AsMemory()).Soon();
            Assert.True(count > 0, $"it has ended: {read}");
            read.Append(buffer, 0, count);
        }

        return read.ToString();
    }

    [GeneratedRegex(@"\rTIME-WAIT \[#*\.+\] +\d+\.\d of 60 s")]
    private static partial Regex Bar();

    [GeneratedRegex(@"TIME-WAIT    TimeWait      kernel: port \d+ free in ([\d.]+) s")]
    private static partial Regex Left();

    [GeneratedRegex(@"CLOSED       Gone          kernel: gone after ([\d.]+) s")]
    private static partial Regex Gone();
}
