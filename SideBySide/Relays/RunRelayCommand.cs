using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using TcpClose.Cli;
using TcpClose.Kernel;

namespace SideBySide.Relays;

/// <summary>
/// The command that runs a relay, reports where it listens and the states of its sockets, and ends it with all its
/// children. SideBySide runs it as a separate process, because it must be inside the network namespace and must outlive
/// a SideBySide that is killed; the help does not list it.
/// </summary>
internal static class RunRelayCommand
{
    /// <summary>Its name, and the first words of its lines.</summary>
    public const string Name = "run-relay", Listening = "listening", State = "state", Ended = "ended";

    // Between two readings of the table, and between two readings of the list of processes, which takes longer.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1),
        ProcessInterval = TimeSpan.FromMilliseconds(200);

    // The pause after a reading, as a multiple of the time that it took.
    private const int PauseFactor = 2;

    /// <summary>
    /// Creates the command, which runs until standard input ends. The relay's output goes to standard error.
    /// </summary>
    public static Command Create(StopSignal stop)
    {
        Option<int> listen = CommandLine.Port("--listen", "Port on which the relay listens", 1, null),
            server = CommandLine.Port("--server", "Port of the server", 1, null);
        listen.Required = server.Required = true;
        var relay = new Argument<string>("command");
        var command = new Command(Name) { Hidden = true, Options = { listen, server }, Arguments = { relay } };
        command.SetAction(async (parsed, _) =>
        {
            if (OperatingSystem.IsLinux()) ProcessTree.Adopt();
            stop.WatchStandardInput();
            using Process root = Start(parsed.GetValue(relay)!);
            try
            {
                await ReportAsync(root, new RelaySockets(parsed.GetValue(listen), parsed.GetValue(server)),
                    stop.StopRequested);
            }
            finally
            {
                await ProcessTree.EndAsync(root);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Process Start(string command)
    {
        // The relay reads nothing, and its output does not mix with our lines.
        string[] shell = OperatingSystem.IsWindows()
            ? ["cmd", "/c", $"({command}) 1>&2 <NUL"]
            : ["sh", "-c", "exec >&2 </dev/null; " + command];
        return Process.Start(new ProcessStartInfo(shell[0], shell[1..]))!;
    }

    private static async Task ReportAsync(Process root, RelaySockets sockets, CancellationToken stop)
    {
        IPEndPoint[] listeners = [];
        bool isRunning = true;
        long processesAt = Clock.Now;
        while (!stop.IsCancellationRequested)
        {
            long begin = Clock.Now;
            try
            {
                IPEndPoint[] now = sockets.Listeners();
                if (now.Except(listeners).Any())
                    Console.WriteLine($"{Listening} {string.Join(' ', now.AsEnumerable())}");
                listeners = now;
                foreach (RelayState change in sockets.Changes()) Console.WriteLine($"{State} {change.ToLine()}");
            }
            catch (Exception unknown)
                when (unknown is NetworkInformationException or PlatformNotSupportedException or IOException)
            {
                throw new CommandException($"the kernel's table of connections cannot be read: {unknown.Message}");
            }

            TimeSpan pause = Clock.Since(begin) * PauseFactor;
            if (isRunning && Clock.Since(processesAt) > ProcessInterval)
            {
                isRunning = ProcessTree.IsRunning(root);
                if (!isRunning) Console.WriteLine($"{Ended} {(root.HasExited ? root.ExitCode : -1)}");
                processesAt = Clock.Now;
            }

            await Task.Delay(pause > Interval ? pause : Interval, stop)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
