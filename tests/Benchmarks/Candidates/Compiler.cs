using Benchmarks.Running;
using SideBySide.Tools;
using TcpClose.Cli;

namespace Benchmarks.Candidates;

/// <summary>The C compiler of this machine.</summary>
internal static class Compiler
{
    /// <summary>Explains why there is no server in C; null if there is a compiler.</summary>
    public static string? Unavailable() =>
        ExternalTool.IsInstalled("cc") ? null : "No server in C: this machine has no C compiler (cc)";

    /// <summary>Compiles a program in <c>Servers</c>.</summary>
    /// <returns>The path of the program.</returns>
    public static async Task<string> CompileAsync(string name, string folder, CancellationToken stop)
    {
        string program = Path.Combine(folder, name);
        Programs.Result cc = await Programs.RunAsync(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program,
            Path.Combine(AppContext.BaseDirectory, "Servers", name + ".c")], Programs.CommandTimeout, stop);
        return cc.ExitCode == 0 ? program : throw new CommandException($"{name}.c does not compile: {cc.Errors}");
    }
}
