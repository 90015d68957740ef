using System.Net;
using Load.Reporting;
using Load.Running;
using Load.Sockets;
using TcpClose.Cli;
using TcpClose.Events;

namespace Load;

/// <summary>Runs the load generator with its parsed options.</summary>
internal static class LoadProgram
{
    /// <summary>Runs the load and prints the report.</summary>
    /// <exception cref="CommandException">The server cannot be reached, or an option does not apply to it.</exception>
    public static int Run(LoadOptions options, IPEndPoint address, CancellationToken stop)
    {
        var connector = new Connector(address, options.SourceAddresses);
        ServerProcess? server = options.ServerPid is { } id ? new ServerProcess(id) : null;
        var measurement = new Measurement(options, connector, server);
        Report report = measurement.Run(stop);
        Failures failures = measurement.Failures;
        if (measurement.NothingCameBack && failures.OnlyOne is { } only && Failures.MeansNoServer(only))
            throw new CommandException(DescribeMissingServer(only, address, options));
        Console.Out.WriteLine(options.Json ? report.ToJson() : ReportText.Of(report));
        if (failures[Failure.NoPort] > 0)
            StandardError.WriteLine(
                "Load: every local port is in use or in TIME-WAIT: use --source-addresses, or wait a minute.");
        if (failures[Failure.NoDescriptor] > 0)
            StandardError.WriteLine(
                "Load: no file descriptor is left: use fewer --connections, or raise the limit (ulimit -n).");
        long outOfResources = failures[Failure.NoPort] + failures[Failure.NoDescriptor];
        if (failures.All > outOfResources) return ExitCode.UnexpectedResult;
        return stop.IsCancellationRequested
            ? ExitCode.Interrupted
            : outOfResources > 0
            ? ExitCode.CouldNotRun
            : ExitCode.Success;
    }

    private static string DescribeMissingServer(Failure why, IPEndPoint address, LoadOptions options) => why switch
    {
        Failure.Refused => $"nothing listens on {address} (or a firewall rejects it): start the server first.",
        Failure.NoAnswer =>
            $"{address} did not answer (--timeout {new Duration(options.Timeout)}): "
                + "check the address, and whether a firewall drops packets.",
        _ => $"no route to {address}: check the address and the network.",
    };
}
