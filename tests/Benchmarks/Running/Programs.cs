using System.Diagnostics;
using SideBySide.Running;
using TcpClose.Cli;

namespace Benchmarks.Running;

/// <summary>Runs programs of this project from the folder of Benchmarks, and others from the PATH.</summary>
internal static class Programs
{
    /// <summary>The time limit for short commands.</summary>
    public static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The path of a program of this project.</summary>
    public static string Ours(string name) => Path.Combine(AppContext.BaseDirectory, name);

    /// <summary>Starts a program with redirected standard streams.</summary>
    public static Process Start(IEnumerable<string> command) =>
        ConsoleProcess.StartProgram(command.First(), command.Skip(1));

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="CommandException">The program did not end within the limit.</exception>
    public static async Task<Result> RunAsync(IEnumerable<string> command, TimeSpan within, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(within);
        using Process process = Start(command);
        process.StandardInput.Close();
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token),
                errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new Result(process.ExitCode, (await output).Trim(), (await errors).Trim());
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new CommandException($"{string.Join(' ', command)} did not end within {within.TotalSeconds} s.");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>The exit code and the output of an ended program.</summary>
    public sealed record Result(int ExitCode, string Output, string Errors);
}
