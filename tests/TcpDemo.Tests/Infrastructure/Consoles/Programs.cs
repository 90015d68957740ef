using System.Diagnostics;
using SideBySide.Running;
using SideBySide.Tools;

namespace TcpDemo.Tests.Infrastructure.Consoles;

/// <summary>Programs as a user would run them.</summary>
public static class Programs
{
    /// <summary>What a program left behind.</summary>
    public sealed record Result(int ExitCode, string Output, string Errors)
    {
        public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The path of a program of this project.</summary>
    public static string Ours(string name) =>
        Path.Combine(AppContext.BaseDirectory, name + (OperatingSystem.IsWindows() ? ".exe" : ""));

    /// <summary>Runs a program to its end, giving it <paramref name="input"/> to read.</summary>
    public static async Task<Result> RunAsync(
        string file, IEnumerable<string> arguments, string input = "", NetworkNamespace? inside = null,
        TimeSpan? limit = null)
    {
        using Process process = ConsoleProcess.StartProgram(file, arguments, inside);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(),
                errors = process.StandardError.ReadToEndAsync();
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync().WaitAsync(limit ?? Eventually.Limit);
            return new Result(process.ExitCode, await output.WithTimeout(), await errors.WithTimeout());
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Runs a line of shell.</summary>
    public static Task<Result> ShellAsync(string line, NetworkNamespace? inside = null) =>
        RunAsync("bash", ["-c", line], "", inside);

    /// <summary>Sends a signal to a process, or to the group behind a negative id.</summary>
    public static void Signal(int processId, int signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", "--", $"{processId}"]);
        kill.WaitForExit();
    }
}
