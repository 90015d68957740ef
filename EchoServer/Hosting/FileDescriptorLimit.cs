using TcpClose.Cli;
using TcpClose.Kernel;

namespace EchoServer.Hosting;

/// <summary>
/// The number of connections that the process's limit of file descriptors allows. Without a free descriptor the .NET
/// runtime itself fails, and no handler can catch that. Linux and macOS only (untested on macOS); Windows has no such
/// limit.
/// </summary>
internal sealed class FileDescriptorLimit
{
    // The runtime holds about 65 descriptors, and one more for each processor if completions are inlined. The rest is
    // for files that it loads later, for the log and for queries to the kernel.
    private static readonly int Reserved = 100 + Environment.ProcessorCount;

    /// <summary>The soft limit (RLIMIT_NOFILE, getrlimit(2)); null if there is none or it is unknown.</summary>
    public int? Limit { get; } = DescriptorLimit.Read();

    /// <summary>The number of connections that fit under the limit; zero or less if the limit is too low.</summary>
    public int MaxConnections => Limit is int limit ? limit - Reserved : int.MaxValue;

    /// <summary>Throws if the limit leaves no descriptor for even one connection.</summary>
    /// <exception cref="CommandException">No connection fits under the limit.</exception>
    public void ThrowIfTooLow()
    {
        if (MaxConnections < 1)
            throw new CommandException(
                $"only {Limit} file descriptors are allowed: raise the limit (ulimit -n) to {Reserved + 1} at least.");
    }
}
