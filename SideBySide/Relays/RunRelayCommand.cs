using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using TcpClose.Cli;
using TcpClose.Kernel;

namespace SideBySide.Relays;

/// <summary>
/// The hidden command that runs a relay, reports where it listens and the states of its sockets, and ends it.
/// SideBySide runs it as a separate process, which ends the relay even if SideBySide is killed.
/// </summary>
internal static class RunRelayCommand
{
    /// <summary>The command's name, and the first words of the lines that it prints.</summary>
    public const string Name = "run-relay", Listening = "listening", State = "state", Ended = "ended";

    // The sockets' states are read at Interval. The listeners and the processes are checked at SlowInterval, because
    // checking them takes longer.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1),
        SlowInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Creates the command, which runs until standard input ends.</summary>
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
            catch (Exception unknown)
                when (unknown is NetworkInformationException or PlatformNotSupportedException or IOException)
            {
                throw new CommandException($"the kernel's table of connections cannot be read: {unknown.Message}");
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
        // The relay's output goes to standard error, because standard output contains our lines.
        string[] shell = OperatingSystem.IsWindows()
            ? ["cmd", "/c", $"({command}) 1>&2 <NUL"]
            : ["sh", "-c", "exec >&2 </dev/null; " + command];
        return Process.Start(new ProcessStartInfo(shell[0], shell[1..]))!;
    }

    private static async Task ReportAsync(Process root, RelaySockets sockets, CancellationToken stop)
    {
        IPEndPoint[] listeners = [];
        bool isRunning = true, isFound = false;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task finding = Task.Run(() => sockets.FindAsync(end.Token), CancellationToken.None);
        for (long checkedAt = 0; !stop.IsCancellationRequested && !finding.IsFaulted;)
        {
            foreach (RelayState change in sockets.Changes()) Console.WriteLine($"{State} {change.ToLine()}");
            if (Clock.Since(checkedAt) > SlowInterval)
            {
                IPEndPoint[] now = isFound ? listeners : sockets.Listeners();
                if (now.Except(listeners).Any())
                    Console.WriteLine($"{Listening} {string.Join(' ', now.AsEnumerable())}");
                listeners = now;
                isFound |= now.Any(l => BoundEndPoints.Overlap(l, new IPEndPoint(IPAddress.Loopback, l.Port)));
                if (isRunning && !ProcessTree.IsRunning(root))
                {
                    isRunning = false;
                    Console.WriteLine($"{Ended} {(root.HasExited ? root.ExitCode : -1)}");
                }

                foreach (RelayState latest in sockets.Latest()) Console.WriteLine($"{State} {latest.ToLine()}");
                checkedAt = Clock.Now;
            }

            await Task.Delay(Interval, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await end.CancelAsync();
        await finding;
    }
}
