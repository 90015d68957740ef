using System.CommandLine;
using System.Runtime.CompilerServices;
using TcpClose.Kernel;

namespace TcpClose.Cli;

/// <summary>Runs one of the console programs, from its arguments to its exit code.</summary>
public static class ConsoleProgram
{
    // .NET keeps a descriptor open for each of about 40 assemblies. Without a free descriptor, .NET can abort the
    // process. A native program loads no assemblies.
    private const int MinDescriptors = 100;

    /// <summary>Checks the limit of descriptors, then runs the program.</summary>
    /// <param name="name">The program's name, for its error messages.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="forcedExitAfter">How long the program may take to end after a stop signal.</param>
    /// <param name="interrupted">The exit code if the program does not end within that time.</param>
    /// <param name="create">Creates the command.</param>
    public static Task<int> RunAsync(
        string name, string[] arguments, TimeSpan forcedExitAfter, int interrupted,
        Func<StopSignal, RootCommand> create)
    {
        // This method uses few types, because each assembly takes a descriptor.
        int limit = DescriptorLimit.Read() ?? int.MaxValue;
        if (limit >= MinDescriptors || !RuntimeFeature.IsDynamicCodeSupported)
            return RunAsync(name, arguments, new StopSignal(forcedExitAfter, interrupted), create);
        StandardError.WriteLine(
            name + ": only " + limit.ToString() + " file descriptors are allowed: raise the limit (ulimit -n) to "
            + MinDescriptors.ToString() + " at least.");
        return Task.FromResult(ExitCode.CouldNotRun);
    }

    private static async Task<int> RunAsync(
        string name, string[] arguments, StopSignal stop, Func<StopSignal, RootCommand> create)
    {
        using (stop) return await CommandLine.RunAsync(create(stop), name, arguments);
    }
}
