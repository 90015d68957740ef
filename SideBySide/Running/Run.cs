using System.Net;
using TcpClose.Cli;

namespace SideBySide.Running;

/// <summary>One run of both consoles, with or without a relay between them.</summary>
internal abstract class Run(bool hasRelay)
{
    private static readonly TimeSpan InterruptGrace = TimeSpan.FromMilliseconds(100);

    protected MergedEventPrinter Printer { get; } =
        new(EventLayout.ForStandardOutput(), Console.Out, hasRelay);

    /// <summary>
    /// Runs the demonstration and returns the exit code. All its processes have ended when it returns or throws.
    /// </summary>
    /// <exception cref="CommandException">
    /// A program failed, a file could not be written, or this system does not allow the run.
    /// </exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        try
        {
            return await RunToTheEndAsync(stop);
        }
        catch (Exception failure) when (failure is CommandException or InvalidOperationException or IOException)
        {
            // Ctrl+C may end a child process before this process handles the signal.
            await Task.Delay(InterruptGrace, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested) return ExitCode.Interrupted;
            throw failure as CommandException ?? new CommandException(failure.Message);
        }
    }

    /// <summary>The run itself; <see cref="RunAsync"/> handles its failures.</summary>
    protected abstract Task<int> RunToTheEndAsync(CancellationToken stop);

    /// <summary>
    /// Starts the scenario's server. If the scenario has none, nothing listens on the returned address.
    /// </summary>
    /// <returns>The server's address; null if the user interrupted.</returns>
    protected static async Task<IPEndPoint?> ServerAsync(
        SideBySideOptions options, ConsolePair pair, CancellationToken stop)
    {
        if (options.Scenario.HasServer) return await pair.StartServerAsync(options.Port, stop);
        if (LoopbackPort.IsKnownToListen(options.Port))
            throw new CommandException($"port {options.Port} is in use: use another --port, or omit it.");
        return new IPEndPoint(IPAddress.Loopback, options.Port == 0 ? LoopbackPort.Free() : options.Port);
    }
}
