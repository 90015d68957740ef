using System.Net;
using Serilog.Events;
using TcpClose;

namespace SideBySide;

/// <summary>One show: the server is started, then, when it listens, the client; what both say is printed; the server is stopped.</summary>
internal sealed class Show(int port, string scenario)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly EventPrinter _printer = EventPrinter.ForStandardOutput();

    /// <summary>Runs, and returns the exit code. Both consoles have ended when it returns, whatever happened.</summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        await using ConsoleProcess server = ConsoleProcess.Start("EchoServer", ["--port", $"{port}"]);
        if (await ListeningAsync(server, stop) is not { } listening)
        {
            if (stop.IsCancellationRequested) return ExitCode.Interrupted;
            server.AskToStop();
            Console.Error.Write(await server.Errors);
            return ExitCode.CouldNotRun;
        }

        IPEndPoint address = IPEndPoint.Parse(listening.Get<string>("Local")!);
        await using ConsoleProcess client = ConsoleProcess.Start("EchoClient",
            ["--host", $"{address.Address}", "--port", $"{address.Port}", "--scenario", scenario]);
        await using (stop.Register(client.AskToStop))
        {
            Task printing = _printer.PrintAsync([client, server], listening);
            int clientCode = await client.ExitAsync(CancellationToken.None);
            server.AskToStop();
            int serverCode = await server.ExitAsync(CancellationToken.None);
            await printing;
            Console.Error.Write(await client.Errors + await server.Errors);
            return stop.IsCancellationRequested ? ExitCode.Interrupted : Math.Max(clientCode, serverCode);
        }
    }

    private static async Task<LogEvent?> ListeningAsync(ConsoleProcess server, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(StartLimit);
        try
        {
            await foreach (LogEvent e in server.Events.ReadAllAsync(limit.Token))
                if (e.Get<string>("Phase") == nameof(ClosePhase.Listening))
                    return e;
        }
        catch (OperationCanceledException)
        {
        }

        return null;
    }
}
