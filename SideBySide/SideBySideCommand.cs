using System.CommandLine;
using SideBySide.Faults;
using SideBySide.Output;
using SideBySide.Relays;
using SideBySide.Running;
using SideBySide.Tools;
using SideBySide.Tracing;
using TcpClose.Cli;
using TcpClose.Scenarios;

namespace SideBySide;

/// <summary>The command line of SideBySide.</summary>
internal static class SideBySideCommand
{
    public static RootCommand Create(StopSignal stop)
    {
        Option<int> port = CommandLine.Port("--port",
            "Port of the server; 0 picks a free port; for --scenario refused the default is 1", 0, 8888);
        Option<string> scenario = CommandLine.Scenario();
        Option<DropOption?> lose = CommandLine.Parsed(
            "--lose",
            "Drop a segment and show the consequences; fin:3 drops it three times (at most "
            + $"{DropOption.MaxTimes}). Segments: {string.Join(", ", DropOption.Names)} (Linux only; needs nft and a "
            + "network namespace)",
            "segment[:times]",
            text => DropOption.TryParse(text, out DropOption? loss) ? loss : null,
            $"is not a segment to drop: use one of {string.Join(", ", DropOption.Names)}, optionally with a number of "
            + $"times up to {DropOption.MaxTimes}, such as fin:3");
        lose.CompletionSources.Add([.. DropOption.Names]);
        Option<RelayTemplate?> through = CommandLine.Parsed(
            "--through",
            "Start a relay between client and server with this shell command, and draw both connections. "
            + $"{RelayTemplate.Listen} and {RelayTemplate.Server} are replaced by ports. Example: "
            + $"'{RelayTemplate.Example}'",
            "command", RelayTemplate.Parse,
            $"is not a command for a relay: it needs {RelayTemplate.Listen} and {RelayTemplate.Server}, which are "
            + $"replaced by ports, as in '{RelayTemplate.Example}'");
        var pictures = new PictureOptions();
        Option<string?> capture = OutputFileOption.Create(
            "--capture", "Write the segments as pcapng for Wireshark, with comments");
        Option<string?> timeline = OutputFileOption.Create("--timeline",
            "Write the timeline, which is everything that was observed, as JSON");

        var root = new RootCommand(
            "Starts EchoServer and EchoClient as two programs, prints their events as they occur, and then draws " +
            "their calls, the kernel's states and the segments. The kernel's trace, with every change of state, " +
            "needs root; the segments need Linux, or Wireshark's tshark.\n\n" +
            "Exit code 0: as expected. 1: could not run. 2: the close, its states or its segments are not those of " +
            "the scenario. 130: interrupted.")
        {
            port, scenario, lose, through, capture, timeline, ExplainCommand.Create(stop),
            HoldNamespaceCommand.Create(), CaptureCommand.Create(stop), RunRelayCommand.Create(stop),
        };
        pictures.AddTo(root, capture, timeline);
        root.Validators.Add(given =>
        {
            if (given.GetResult(lose) is not null
                && given.GetResult(scenario) is { Tokens: [.., { Value: "simultaneous" or "refused" }] })
            {
                given.AddError("--lose does not apply to --scenario simultaneous or refused");
            }

            if (given.GetResult(through) is null) return;
            if (given.GetResult(lose) is not null) given.AddError("--lose does not apply to --through");
            if (given.GetResult(scenario) is { Tokens: [.., { Value: "simultaneous" or "refused" }] })
                given.AddError("--through does not apply to --scenario simultaneous or refused");
        });
        root.SetAction(async (parsed, _) =>
        {
            Scenario chosen = ScenarioTable.Find(parsed.GetValue(scenario)!);
            int serverPort = parsed.GetResult(port) is { Implicit: false }
                ? parsed.GetValue(port)
                : chosen.StandardPort;
            var options = new SideBySideOptions(chosen, serverPort)
            {
                Lose = parsed.GetValue(lose),
                Through = parsed.GetValue(through),
                Pictures = pictures.Read(parsed),
                Capture = parsed.GetValue(capture),
                Timeline = parsed.GetValue(timeline),
            };
            Run run = options.Through is { } relay ? new ThroughRun(options, relay) : new DemoRun(options);
            return await run.RunAsync(stop.StopRequested);
        });
        return root;
    }
}
