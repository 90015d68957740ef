using TcpClose.Cli;
using TcpClose.Kernel;

namespace EchoServer.Hosting;

/// <summary>
/// The number of connections for which the process's limit of file descriptors leaves room. Without a free descriptor
/// the .NET runtime itself fails, and no handler can catch that. Unix only (untried on macOS); Windows has no such
/// limit.
/// </summary>
internal sealed class FileDescriptorLimit
{
    // The runtime holds about 65 descriptors, and one more for each processor if completions are inlined. The rest is
    // for files that it loads later, for the log and for queries to the kernel.
    private static readonly int Reserved = 100 + Environment.ProcessorCount;

    /// <summary>The limit (RLIMIT_NOFILE); null if there is no limit that matters.</summary>
    public int? Limit { get; } = DescriptorLimit.Read();

    /// <summary>The number of connections for which there are enough descriptors.</summary>
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
