using System.Net;
using System.Net.NetworkInformation;
using Serilog.Events;
using SideBySide.Drawing;
using SideBySide.Faults;
using SideBySide.Output;
using SideBySide.Relays;
using SideBySide.Timeline;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Kernel;

namespace SideBySide.Running;

/// <summary>
/// One run through a relay: starts the server, the tracers, the relay and the client, prints the events, and draws the
/// picture.
/// </summary>
internal sealed class ThroughRun(SideBySideOptions options, RelayTemplate template) : Run(hasRelay: true)
{
    // A broken relay may leave its connections open for ever.
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(20), QuietLimit = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    protected override async Task<int> RunToTheEndAsync(CancellationToken stop)
    {
        using NetworkSetup network = NetworkSetup.Create(options.Scenario, lose: null);
        await using var pair = new ConsolePair(options.Scenario, network.Inside, Printer);
        if (await ServerAsync(options, pair, stop) is not { } server) return ExitCode.Interrupted;
        var address = new IPEndPoint(IPAddress.Loopback, LoopbackPort.Free());
        await using Tracers toServer = await Tracers.StartAsync(server.Port, network.Inside);
        await using Tracers toRelay = await Tracers.StartAsync(address.Port, network.Inside);
        await using AnnotatedCapture? capture = options.Capture is null
            ? null
            : await AnnotatedCapture.StartAsync([address.Port, server.Port], network.Inside);
        await using RelayProcess relay =
            await RelayProcess.StartAsync(template, address, server.Port, network.Inside, stop);
        if (stop.IsCancellationRequested) return ExitCode.Interrupted;

        int code = await pair.RunClientAsync(address, network.ClientArguments,
            new RunClock(toRelay.SynOfAsync,
                e => (IsClients(e) ? toRelay : toServer).SegmentsOf(e.Get<int>("Connection"))), stop);
        LogEvent[] ofClient = [.. Printer.Events.Where(IsClients)],
            ofServer = [.. Printer.Events.Where(e => !IsClients(e))];
        var connections = new ServerConnections(ofClient, ofServer);
        RelayedRun run = await FinishAsync(relay, (toRelay, address.Port, ofClient),
            (toServer, server.Port, ofServer), connections.Main, stop);
        if (stop.IsCancellationRequested) return ExitCode.Interrupted;

        Diagram diagram = Diagram.Of(run);
        new RelayReport(options, template.Title(address.Port, server.Port), run, diagram, Printer.Print)
        {
            HowRelayEnded = relay.HowEnded,
            OtherConnections = connections.Count - 1,
        }.Print(toRelay.Missing.Union(toServer.Missing));
        if (capture is not null)
        {
            await capture.WriteAsync(options.Capture!, diagram,
                [(run.ToRelay.ClientPort, address.Port), (run.ToServer.ClientPort, server.Port)]);
        }

        if (options.Files.Any()) new ReportPrinter(Printer.Print).Written(options.Files);
        return connections.IsUnexpected(options.Scenario) ? Math.Max(code, ExitCode.UnexpectedResult) : code;
    }

    private static bool IsClients(LogEvent e) => e.Get<string>("Side") == "client";

    // Waits until both connections have ended or nothing new was observed for QuietLimit, but at most for SettleLimit.
    private static async Task<RelayedRun> FinishAsync(
        RelayProcess relay, (Tracers Tracers, int Port, LogEvent[] Events) toRelay,
        (Tracers Tracers, int Port, LogEvent[] Events) toServer, int ownPort, CancellationToken stop)
    {
        int clientPort = toRelay.Events.Select(e => e.Get<int>("Connection")).LastOrDefault(p => p != 0);
        (int Observed, long At) changed = (0, Clock.Now);
        for (long end = Clock.Deadline(SettleLimit); ;)
        {
            (ObservedRun front, bool isFrontOver) = await toRelay.Tracers.ObserveAsync(clientPort, toRelay.Events);
            (ObservedRun back, bool isBackOver) =
                await toServer.Tracers.ObserveAsync(ownPort, toServer.Events);
            int observed = Size(front) + Size(back);
            if (observed != changed.Observed) changed = (observed, Clock.Now);
            bool isQuiet = Clock.Since(changed.At) > QuietLimit;
            if ((isFrontOver && isBackOver) || isQuiet || stop.IsCancellationRequested || Clock.Now > end)
            {
                return new RelayedRun(
                    WithRelay(front, Side.Server, relay, s => s.LocalPort == toRelay.Port
                        && s.RemotePort == front.ClientPort) with
                    { Leg = Leg.ClientToRelay },
                    WithRelay(back, Side.Client, relay, s => s.LocalPort == back.ClientPort
                        && s.RemotePort == toServer.Port) with
                    { Leg = Leg.RelayToServer });
            }
        }
    }

    private static int Size(ObservedRun run) => (run.Segments?.Count ?? 0) + (run.Client?.Transitions.Count ?? 0)
        + (run.Server?.Transitions.Count ?? 0);

    // Adds the states of the relay's socket, which no console reports.
    private static ObservedRun WithRelay(ObservedRun run, Side side, RelayProcess relay, Func<RelayState, bool> isOurs)
    {
        RelayState[] states = [.. relay.States.Where(isOurs)];
        if (side == Side.Server)
            states = [new RelayState(relay.ListeningAt, 0, 0, TcpState.Listen), .. states];
        return run with
        {
            Events = [.. run.Events, .. states.Select(s => RelayEvents.Of(side.Name(), run.ClientPort, s))],
        };
    }
}
