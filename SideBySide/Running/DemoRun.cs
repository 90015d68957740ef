using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Serilog.Events;
using SideBySide.Faults;
using SideBySide.Output;
using SideBySide.Timeline;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Scenarios;

namespace SideBySide.Running;

/// <summary>
/// One run: starts the server, then the tracers, then the client, prints the events of both consoles, and at the end
/// draws the picture.
/// </summary>
internal sealed class DemoRun(SideBySideOptions options)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30),
        InterruptGrace = TimeSpan.FromMilliseconds(100);

    private readonly MergedEventPrinter _printer = new(EventLayout.ForStandardOutput(), Console.Out);

    private Scenario Scenario => options.Scenario;

    /// <summary>
    /// Runs the demonstration and returns the exit code. Every process that it started has ended when it returns or
    /// throws.
    /// </summary>
    /// <exception cref="CommandException">
    /// The server did not start, or this system does not allow the requested run.
    /// </exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        try
        {
            return await RunToTheEndAsync(stop);
        }
        catch (Exception failure) when (failure is CommandException or InvalidOperationException or IOException)
        {
            // A terminal's Ctrl+C may end a program that we run before our own signal handler is called.
            await Task.Delay(InterruptGrace, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested) return ExitCode.Interrupted;
            throw failure as CommandException ?? new CommandException(failure.Message);
        }
    }

    private async Task<int> RunToTheEndAsync(CancellationToken stop)
    {
        using NetworkSetup network = NetworkSetup.Create(Scenario, options.Lose);
        await using ConsoleProcess? server = Scenario.HasServer
            ? ConsoleProcess.Start("EchoServer", ["--port", $"{options.Port}", .. Scenario.ServerArguments],
                network.Inside)
            : null;
        LogEvent? listening = server is null ? null : await ListeningAsync(server, stop);
        if (stop.IsCancellationRequested) return ExitCode.Interrupted;

        if (!Scenario.HasServer && IsKnownToListen(new IPEndPoint(IPAddress.Loopback, options.Port)))
            throw new CommandException($"port {options.Port} is in use: use another --port, or omit it.");
        IPEndPoint address = listening is not null ? IPEndPoint.Parse(listening.Get<string>("Local")!)
            : new IPEndPoint(IPAddress.Loopback, options.Port == 0 ? FreePort() : options.Port);
        await using Tracers tracers = await Tracers.StartAsync(address.Port, network.Inside);
        await using AnnotatedCapture? capture = options.Capture is null
            ? null
            : await AnnotatedCapture.StartAsync(address.Port, network.Inside);
        await network.ApplyRulesAsync(address.Port);

        int code = await RunScenarioAsync(address, server, listening, network, tracers, stop);
        ObservedRun run = await tracers.FinishAsync(_printer.Events, options.Lose, stop);
        if (stop.IsCancellationRequested) return ExitCode.Interrupted;
        bool right = new RunReport(options, run, _printer.Print) { HeldFins = network.HeldFins }
            .Print([.. network.Missing, .. tracers.Missing]);
        if (capture is not null) await capture.WriteAsync(options.Capture!, run, address.Port);
        if (options.Files.Any()) new ReportPrinter(_printer.Print).Written(options.Files);
        return right ? code : Math.Max(code, ExitCode.UnexpectedResult);
    }

    private async Task<int> RunScenarioAsync(
        IPEndPoint address, ConsoleProcess? server, LogEvent? listening, NetworkSetup network, Tracers tracers,
        CancellationToken stop)
    {
        await using ConsoleProcess client = ConsoleProcess.Start("EchoClient",
            [
                "--host", $"{address.Address}", "--port", $"{address.Port}", "--scenario", Scenario.Name,
                .. network.ClientArguments,
            ], network.Inside);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task printing = _printer.PrintAsync(
            server is null ? [client] : [client, server], listening,
            new RunClock(tracers.SynOfAsync, tracers.SegmentsOf));
        Task holding = network.HoldFinsAsync(_printer.Events, over.Token);

        // The client ends by itself. After a stop request both consoles end within a limit.
        await ((Task)client.ExitAsync(stop)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        int clientCode = await client.StopAsync(),
            serverCode = server is null ? ExitCode.Success : await server.StopAsync();
        await over.CancelAsync();
        await holding;
        await printing;
        StandardError.Write(await client.Errors + (server is null ? "" : await server.Errors));
        return Math.Max(Known(clientCode), Known(serverCode));
    }

    // A crashed console returns some other code, on Windows a negative one.
    private static int Known(int code) =>
        code is ExitCode.Success or ExitCode.CouldNotRun ? code : ExitCode.UnexpectedResult;

    // Also false if the system does not list its listeners. If a program does listen, the client of refused
    // connects, and the comparison with the scenario reports that.
    private static bool IsKnownToListen(IPEndPoint server)
    {
        try
        {
            return IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
                .Any(l => BoundEndPoints.Overlap(l, server));
        }
        catch (Exception unknown)
            when (unknown is NetworkInformationException or PlatformNotSupportedException or IOException)
        {
            return false;
        }
    }

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

        await server.StopAsync();
        if (stop.IsCancellationRequested) return null;
        string errors = (await server.Errors).Trim();
        throw new CommandException(errors != ""
            ? errors
            : $"EchoServer did not listen within {new Duration(StartLimit)}.");
    }
}
