using System.Net;
using SideBySide.Drawing;
using SideBySide.Faults;
using SideBySide.Output;
using SideBySide.Timeline;
using TcpClose.Cli;
using TcpClose.Scenarios;

namespace SideBySide.Running;

/// <summary>
/// One run without a relay: starts the server, the tracers and the client, prints the events, and draws the picture.
/// </summary>
internal sealed class DemoRun(SideBySideOptions options) : Run(hasRelay: false)
{
    private Scenario Scenario => options.Scenario;

    /// <inheritdoc/>
    protected override async Task<int> RunToTheEndAsync(CancellationToken stop)
    {
        using NetworkSetup network = NetworkSetup.Create(Scenario, options.Lose);
        await using var pair = new ConsolePair(Scenario, network.Inside, Printer);
        if (await ServerAsync(options, pair, stop) is not { } server) return ExitCode.Interrupted;
        await using Tracers tracers = await Tracers.StartAsync(server.Port, network.Inside);
        await using AnnotatedCapture? capture = options.Capture is null
            ? null
            : await AnnotatedCapture.StartAsync([server.Port], network.Inside);
        await network.ApplyRulesAsync(server.Port);

        int code = await RunClientAsync(pair, server, network, tracers, stop);
        ObservedRun run = await tracers.FinishAsync(Printer.Events, options.Lose, stop);
        if (stop.IsCancellationRequested) return ExitCode.Interrupted;
        bool right = new RunReport(options, run, Printer.Print) { HeldFins = network.HeldFins }
            .Print([.. network.Missing, .. tracers.Missing]);
        if (capture is not null)
            await capture.WriteAsync(options.Capture!, Diagram.Of(Ladder.Of(run)), [(run.ClientPort, server.Port)]);
        if (options.Files.Any()) new ReportPrinter(Printer.Print).Written(options.Files);
        return right ? code : Math.Max(code, ExitCode.UnexpectedResult);
    }

    private async Task<int> RunClientAsync(
        ConsolePair pair, IPEndPoint server, NetworkSetup network, Tracers tracers, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task holding = network.HoldFinsAsync(Printer.Events, over.Token);
        int code = await pair.RunClientAsync(server, network.ClientArguments,
            new RunClock(tracers.SynOfAsync, e => tracers.SegmentsOf(e.Get<int>("Connection"))), stop);
        await over.CancelAsync();
        await holding;
        return code;
    }
}
