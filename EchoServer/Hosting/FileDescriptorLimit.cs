using TcpClose.Cli;
using TcpClose.Kernel;

namespace EchoServer.Hosting;

/// <summary>
/// The maximum number of connections that the process's limit of file descriptors leaves room for. With none left the .NET runtime
/// itself fails and nothing can catch it. Unix only (untried on macOS); Windows has no such limit.
/// </summary>
internal sealed class FileDescriptorLimit
{
    // The runtime holds about 65, and one more for each processor where completions are inlined; the rest is for files that it
    // loads later, the log and the kernel's answers.
    private static readonly int Reserved = 100 + Environment.ProcessorCount;

    /// <summary>The limit (RLIMIT_NOFILE), or null if there is none that matters.</summary>
    public int? Limit { get; } = DescriptorLimit.Read();

    /// <summary>The number of connections for which there are descriptors.</summary>
    public int MaxConnections => Limit is int limit ? limit - Reserved : int.MaxValue;

    /// <summary>Refuses a limit under which the process cannot serve one connection.</summary>
    /// <exception cref="CommandException">The limit is too low.</exception>
    public void ThrowIfTooLow()
    {
        if (MaxConnections < 1)
            throw new CommandException(
                $"only {Limit} file descriptors are allowed: raise the limit (ulimit -n) to {Reserved + 1} at least.");
    }
}
