using System.Diagnostics;

namespace SideBySide.Tools;

/// <summary>Runs programs that the system provides: tshark, nft, ip.</summary>
public static class ExternalTool
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    // The folders of nft, ip and tc, which an ordinary user's path often lacks.
    private static readonly string[] SystemFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

    static ExternalTool()
    {
        // Every child process inherits the longer path.
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        IEnumerable<string> missing = OperatingSystem.IsWindows()
            ? []
            : SystemFolders.Except(path.Split(Path.PathSeparator));
        Environment.SetEnvironmentVariable("PATH", string.Join(Path.PathSeparator, [path, .. missing]));
        DetachCommand = IsInstalled("setsid") ? ["setsid"] : [];
    }

    /// <summary>
    /// The prefix that detaches a command from the terminal's signals; empty if <c>setsid</c> is missing. The parent
    /// must end the command itself.
    /// </summary>
    public static IReadOnlyList<string> DetachCommand { get; }

    /// <summary>Whether a program is on the path or in the system folders.</summary>
    public static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program + (OperatingSystem.IsWindows() ? ".exe" : ""))));

    /// <summary>Runs a program to its end, with <paramref name="input"/> as its standard input.</summary>
    /// <returns>The program's standard output.</returns>
    /// <exception cref="InvalidOperationException">
    /// The program failed, or took more than 20 s. The message usually contains its error output.
    /// </exception>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string input = "",
        NetworkNamespace? inside = null)
    {
        using var limit = new CancellationTokenSource(Limit);
        using Process process = ChildProcess.Start([.. inside?.EnterCommand ?? [], .. DetachCommand, program,
            .. arguments]);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            await WriteInputAsync(process, input, limit.Token);
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{program} failed: {(await errors).Trim()}");
            return await output;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            throw new InvalidOperationException($"{program} failed: {e.Message}", e);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static async Task WriteInputAsync(Process process, string input, CancellationToken limit)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), limit);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program no longer reads its input. Its exit code shows whether it failed.
        }
    }
}
