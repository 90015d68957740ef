using System.CommandLine;
using SideBySide.Faults;
using SideBySide.Running;
using TcpClose.Cli;
using TcpClose.Scenarios;

namespace SideBySide;

/// <summary>The command line of the show.</summary>
internal static class SideBySideCommand
{
    public static RootCommand Create(StopSignal stop)
    {
        Option<int> port = CommandLine.Port("--port", "The server's port; 0 takes a free one", 0, 8888);
        Option<string> scenario = CommandLine.Scenario();
        Option<DropOption?> lose = CommandLine.Parsed("--lose", $"Linux, with nft, in a network namespace of its own: lose {string.Join(", ", DropOption.Names)}, once or so often, and see it sent again", "segment[:times]",
            text => DropOption.TryParse(text, out DropOption? loss) ? loss : null, $"cannot be lost: give {string.Join(" or ", DropOption.Names)}, with :1 to :{DropOption.MaxTimes} behind it for how often");
        lose.CompletionSources.Add([.. DropOption.Names]);
        Option<string?> svg = CommandLine.NewFile("--svg", "Write the picture as SVG");
        Option<string?> capture = CommandLine.NewFile("--capture", "Write the segments as pcapng for Wireshark, with comments");
        Option<string?> timeline = CommandLine.NewFile("--timeline", "Write all that was seen, in order, as JSON");

        var root = new RootCommand(
            "Starts EchoServer and EchoClient as two programs, shows what both say as it comes, and then draws what they called, which\n" +
            "state the kernel was in, and which segment crossed. Kernel trace and segments take root (sudo) and Wireshark's tshark.\n" +
            "Exit code 0: as it should be. 1: could not run. 2: the close, its states or its segments are not those of the scenario. 130: interrupted.\n\n" +
            CommandLine.ScenarioList())
        { port, scenario, lose, svg, capture, timeline };
        CommandLine.RequireDistinctFiles(root, svg, capture, timeline);
        root.Validators.Add(given =>
        {
            if (given.GetResult(lose) is not null && given.GetResult(scenario) is { Tokens: [.., { Value: "simultaneous" or "refused" }] })
                given.AddError("--lose does not go with --scenario simultaneous or refused");
        });
        root.SetAction(async (parsed, _) =>
        {
            Scenario played = ScenarioTable.Find(parsed.GetValue(scenario)!);
            int where = parsed.GetResult(port) is { Implicit: false } ? parsed.GetValue(port) : played.StandardPort;
            var options = new SideBySideOptions(played, where)
            {
                Lose = parsed.GetValue(lose),
                Svg = parsed.GetValue(svg),
                Capture = parsed.GetValue(capture),
                Timeline = parsed.GetValue(timeline),
            };
            return await new DemoRun(options).RunAsync(stop.StopRequested);
        });
        return root;
    }
}
