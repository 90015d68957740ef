using System.Diagnostics;
using SideBySide.Running;
using SideBySide.Tools;

namespace TcpDemo.Tests.Infrastructure.Consoles;

/// <summary>Runs programs as a user would.</summary>
public static class Programs
{
    /// <summary>The exit code and the output of a program.</summary>
    public sealed record Result(int ExitCode, string Output, string Errors)
    {
        public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The path of a program of this project.</summary>
    public static string Ours(string name) =>
        Path.Combine(AppContext.BaseDirectory, name + (OperatingSystem.IsWindows() ? ".exe" : ""));

    /// <summary>Runs a program until it exits.</summary>
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

    /// <summary>Runs a shell command.</summary>
    public static Task<Result> ShellAsync(string line, NetworkNamespace? inside = null) =>
        RunAsync("bash", ["-c", line], "", inside);

    /// <summary>Sends a signal to a process, or to a process group if the id is negative.</summary>
    public static void Signal(int processId, int signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", "--", $"{processId}"]);
        kill.WaitForExit();
    }
}
