using TcpClose.Cli;
using TcpClose.Kernel;

namespace EchoServer.Hosting;

/// <summary>
/// The number of connections that the process's limit of file descriptors allows. Without a free descriptor the .NET
/// runtime itself fails, and no handler can catch that. Windows has no such limit.
/// </summary>
internal sealed class FileDescriptorLimit
{
    // The runtime holds about 65 descriptors, and one more for each processor if completions are inlined. The rest is
    // for files, the log and queries to the kernel.
    private static readonly int Reserved = 100 + Environment.ProcessorCount;

    /// <summary>The soft limit (RLIMIT_NOFILE, getrlimit(2)); null if there is none or it is unknown.</summary>
    public int? Limit { get; } = DescriptorLimit.Read();

    /// <summary>Returns the maximum number of connections.</summary>
    /// <param name="descriptorsEach">The number of file descriptors that a connection needs.</param>
    /// <exception cref="CommandException">The limit allows no connection.</exception>
    public int MaxConnections(int descriptorsEach)
    {
        if (Limit is not { } limit) return int.MaxValue;
        if (limit < Reserved + descriptorsEach)
            throw new CommandException($"only {limit} file descriptors are allowed: raise the limit (ulimit -n) to "
                + $"{Reserved + descriptorsEach} at least.");
        return (limit - Reserved) / descriptorsEach;
    }
}
