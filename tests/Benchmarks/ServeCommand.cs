using System.CommandLine;
using Benchmarks.Candidates;
using Benchmarks.Servers;
using TcpClose.Cli;
using TcpClose.Events;

namespace Benchmarks;

/// <summary>The command that runs a .NET server with which EchoServer is compared.</summary>
internal static class ServeCommand
{
    /// <summary>The names of the servers.</summary>
    public static readonly IReadOnlyList<string> Servers = ["textbook", "kestrel"];

    public static Command Create(StopSignal stop)
    {
        var server = new Argument<string>("server") { Description = "The server to run" };
        server.AcceptOnlyFromAmong([.. Servers]);
        Option<int> port = CommandLine.Port("--port", "Port to listen on; 0 picks a free port and prints it", 0, 8888);
        Option<ByteSize> buffer = CommandLine.Bytes("--buffer", "Buffer size of the textbook server", 1, int.MaxValue,
            CandidateTable.TextbookSize);
        Option<bool> stopWithInput = CommandLine.StopWithInput();
        var command = new Command("serve", "Run one of the servers with which EchoServer is compared")
        {
            server, port, buffer, stopWithInput,
        };
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
                // The server runs until it is stopped.
            }

            return ExitCode.Success;
        });
        return command;
    }
}
