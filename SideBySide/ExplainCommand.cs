using System.CommandLine;
using SideBySide.Captures;
using SideBySide.Explaining;
using SideBySide.Svg;
using SideBySide.Tools;
using TcpClose.Cli;

namespace SideBySide;

/// <summary>The command <c>explain</c>: explains the closes in a capture that exists already.</summary>
internal static class ExplainCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(StopSignal stop)
    {
        var file = new Argument<string>("file") { Description = "The capture, pcap or pcapng; - for standard input" };
        Option<int> connection = CommandLine.Count("--connection", "Connection to explain: its number in the table; 0 "
            + "for the only one", 0, int.MaxValue, 0);
        connection.HelpName = "number";
        var filter = new Option<string?>("--filter")
        {
            Description = "Use only the frames that this display filter of Wireshark selects",
            HelpName = "filter",
        };
        var json = new Option<bool>("--json") { Description = "Print the facts of all connections as JSON" };
        Option<string?> svg = OutputFileOption.Create("--svg", "Write the picture of the connection as SVG");
        Option<int> svgWidth = CommandLine.Count("--svg-width", "Width of the picture in pixels", LadderSvg.MinWidth,
            LadderSvg.MaxWidth, LadderSvg.StandardWidth);
        var command = new Command("explain", "Explains how the TCP connections of a capture ended: who closed "
            + "first, what "
            + "was lost, who sent a RST and why. Prints a table of the connections, and, for one of them, a picture "
            + "and an explanation. Needs Wireshark's tshark.\n\nExit code 0: explained. 1: could not be explained.")
        {
            file, connection, filter, json, svg, svgWidth,
        };
        command.SetAction(async (parsed, _) =>
        {
            var options = new ExplainOptions(parsed.GetValue(file)!)
            {
                Connection = parsed.GetValue(connection) is var number and > 0 ? number : null,
                Filter = parsed.GetValue(filter),
                Json = parsed.GetValue(json),
                Svg = parsed.GetValue(svg),
                SvgWidth = parsed.GetValue(svgWidth),
            };
            CaptureContents contents = await CaptureFile.ReadAsync(options.File, options.Filter, stop.StopRequested);
            new ExplanationReport(options, Console.Out.WriteLine).Print(contents);
            return ExitCode.Success;
        });
        return command;
    }
}
