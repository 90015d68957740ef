using System.CommandLine;
using TcpClose.Cli;

namespace PathCheck;

/// <summary>The command line of PathCheck: one program for both ends of a path.</summary>
internal static class PathCheckCommand
{
    public static RootCommand Create(StopSignal stop) => new(
        "Checks whether a path (a proxy, a tunnel, a load balancer) preserves half-close. Start PathCheck serve\n" +
        "at its far end, where the real server would be, and PathCheck run at its near end.")
    {
        ServeCommand.Create(stop), RunCommand.Create(stop),
    };
}
