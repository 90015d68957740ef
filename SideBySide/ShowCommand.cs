using System.CommandLine;
using TcpClose;

namespace SideBySide;

/// <summary>The command line of the show.</summary>
internal static class ShowCommand
{
    public static RootCommand Create(StopSignal stop)
    {
        Option<int> port = CommandLine.Port("--port", "The server's port; 0 takes a free one", 0, 8888);
        Option<string> scenario = CommandLine.Scenario();
        var root = new RootCommand(
            "Starts EchoServer and EchoClient as two programs and shows what both say, as it comes.\n" +
            $"In two columns where the terminal is wide enough ({TwoColumns.Width}). Exit codes: those of EchoClient.\n\n" +
            CommandLine.ScenarioList())
        { port, scenario };
        root.SetAction(async (parsed, _) =>
        {
            Scenario played = Scenarios.Find(parsed.GetValue(scenario)!);
            int where = parsed.GetResult(port) is { Implicit: false } ? parsed.GetValue(port) : played.StandardPort;
            return await new Show(where, played).RunAsync(stop.Asked);
        });
        return root;
    }
}
