using System.Net;
using System.Net.Sockets;
using Serilog.Events;
using TcpClose;

namespace SideBySide;

/// <summary>One show: the server is started, then, when it listens, the client; what both say is printed; the server is stopped.</summary>
internal sealed class Show(int port, Scenario scenario)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly EventPrinter _printer = EventPrinter.ForStandardOutput();

    /// <summary>Runs, and returns the exit code. Both consoles have ended when it returns, whatever happened.</summary>
    /// <exception cref="CannotRunException">The server did not come up.</exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        if (!scenario.HasServer) return await RunClientAsync(new IPEndPoint(IPAddress.Loopback, port == 0 ? FreePort() : port), null, null, stop);

        await using ConsoleProcess server = ConsoleProcess.Start("EchoServer", ["--port", $"{port}", .. scenario.ServerArguments]);
        if (await ListeningAsync(server, stop) is not { } listening)
        {
            await server.StopAsync();
            if (stop.IsCancellationRequested) return ExitCode.Interrupted;
            string said = (await server.Errors).Trim();
            throw new CannotRunException(said != "" ? said : $"EchoServer does not listen after {new Duration(StartLimit)}.");
        }

        return await RunClientAsync(IPEndPoint.Parse(listening.Get<string>("Local")!), server, listening, stop);
    }

    private async Task<int> RunClientAsync(IPEndPoint address, ConsoleProcess? server, LogEvent? listening, CancellationToken stop)
    {
        await using ConsoleProcess client = ConsoleProcess.Start("EchoClient",
            ["--host", $"{address.Address}", "--port", $"{address.Port}", "--scenario", scenario.Name]);
        Task printing = _printer.PrintAsync(server is null ? [client] : [client, server], listening);

        // The client ends by itself. Told to stop, it has a limit, and so has the server.
        await ((Task)client.ExitAsync(stop)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        int clientCode = await client.StopAsync(), serverCode = server is null ? ExitCode.Fine : await server.StopAsync();
        await printing;
        Console.Error.Write(await client.Errors + (server is null ? "" : await server.Errors));
        return stop.IsCancellationRequested ? ExitCode.Interrupted : Math.Max(Known(clientCode), Known(serverCode));
    }

    // A console that crashed has some other code, a negative one on Windows.
    private static int Known(int code) => code is ExitCode.Fine or ExitCode.CouldNotRun ? code : ExitCode.NotAsItShouldBe;

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
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
