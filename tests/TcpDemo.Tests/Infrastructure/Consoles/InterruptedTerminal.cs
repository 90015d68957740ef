using System.Diagnostics;
using System.Text.RegularExpressions;
using SideBySide.Running;
using SideBySide.Tools;

namespace TcpDemo.Tests.Infrastructure.Consoles;

/// <summary>Runs a program on a terminal until it has drawn something, and then types Ctrl+C.</summary>
public static class InterruptedTerminal
{
    private const char CtrlC = '\x03';

    /// <summary>What was written before and after Ctrl+C, and the exit code.</summary>
    public sealed record Result(string Drawn, string Rest, int ExitCode);

    /// <summary>
    /// Runs a command line on a terminal of script(1). Types Ctrl+C when <paramref name="until"/> has been drawn.
    /// </summary>
    public static async Task<Result> RunAsync(int columns, string command, Regex until, NetworkNamespace? inside = null)
    {
        using Process terminal = ConsoleProcess.StartProgram("script",
            ["-qec", $"stty cols {columns}; exec {command}", "/dev/null"], inside);
        try
        {
            string drawn = await ReadAsync(terminal.StandardOutput, until);

            // script(1) types its input on the terminal.
            await terminal.StandardInput.WriteAsync(CtrlC);
            await terminal.StandardInput.FlushAsync();
            string rest = await terminal.StandardOutput.ReadToEndAsync().WithTimeout();
            await terminal.WaitForExitAsync().WithTimeout();
            return new Result(drawn, rest, terminal.ExitCode);
        }
        finally
        {
            if (!terminal.HasExited) terminal.Kill(entireProcessTree: true);
        }
    }

    // Reads until the output contains the text.
    private static async Task<string> ReadAsync(StreamReader output, Regex text)
    {
        var read = new StringBuilder();
        char[] buffer = new char[1024];
        while (!text.IsMatch(read.ToString()))
        {
            int count = await output.ReadAsync(buffer.AsMemory()).WithTimeout();
            Assert.True(count > 0, $"the output has ended: {read}");
            read.Append(buffer, 0, count);
        }

        return read.ToString();
    }
}
