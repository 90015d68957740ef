using System.CommandLine;
using TcpClose.Cli;

namespace PathCheck;

/// <summary>The command line of PathCheck, which is one program for both ends of a path.</summary>
internal static class PathCheckCommand
{
    public static RootCommand Create(StopSignal stop) => new(
        "Check whether a path (proxy, tunnel, load balancer) preserves half-close. " +
        "Start PathCheck serve at its far end, in place of the real server, and PathCheck run at its near end.")
    {
        ServeCommand.Create(stop), RunCommand.Create(stop), RelayCommand.Create(stop),
    };
}
