using System.CommandLine;
using Benchmarks.Candidates;
using Benchmarks.Servers;
using TcpClose.Cli;
using TcpClose.Events;

namespace Benchmarks;

/// <summary>The command line of one of the servers in .NET that EchoServer is compared with.</summary>
internal static class ServeCommand
{
    /// <summary>Which there are.</summary>
    public static readonly IReadOnlyList<string> Servers = ["textbook", "kestrel"];

    public static Command Create(StopSignal stop)
    {
        var server = new Argument<string>("server") { Description = "Which" };
        server.AcceptOnlyFromAmong([.. Servers]);
        Option<int> port = CommandLine.Port("--port", "The port; 0 takes a free one and says which", 0, 8888);
        Option<ByteSize> buffer = CommandLine.Bytes("--buffer", "What the textbook's server reads at once", 1,
            int.MaxValue, CandidateTable.TextbookSize);
        Option<bool> stopWithInput = CommandLine.StopWithInput();
        var command = new Command("serve", "One of the servers that EchoServer is compared with") { server, port,
            buffer, stopWithInput };
        command.SetAction(async (parsed, _) =>
        {
            if (parsed.GetValue(stopWithInput)) stop.WatchStandardInput();
            try
            {
                await (parsed.GetValue(server) == "kestrel"
                    ? Kestrel.ServeAsync(parsed.GetValue(port), stop.StopRequested)
                    : Textbook.ServeAsync(parsed.GetValue(port), (int)parsed.GetValue(buffer).Bytes,
                        stop.StopRequested));
            }
            catch (OperationCanceledException) when (stop.StopRequested.IsCancellationRequested)
            {
                // There is no other way to end.
            }

            return ExitCode.Success;
        });
        return command;
    }
}
