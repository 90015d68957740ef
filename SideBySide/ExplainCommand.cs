using System.CommandLine;
using SideBySide.Captures;
using SideBySide.Explaining.Reporting;
using SideBySide.Output;
using SideBySide.Tools;
using TcpClose.Cli;

namespace SideBySide;

/// <summary>The command <c>explain</c>: explains the closes in an existing capture.</summary>
internal static class ExplainCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(StopSignal stop)
    {
        var file = new Argument<string>("file") { Description = "The capture, pcap or pcapng; - for standard input" };
        Option<int> connection = CommandLine.Count("--connection", "Connection to explain, by its number in the "
            + "table; with 0, a connection is explained only if it is the only one in the capture", 0, int.MaxValue, 0);
        connection.HelpName = "number";
        var filter = new Option<string?>("--filter")
        {
            Description = "Use only the frames that this display filter of Wireshark selects",
            HelpName = "filter",
        };
        var json = new Option<bool>("--json")
        {
            Description = "Print the facts as JSON: of all connections, or of the one that --connection names",
        };
        var pictures = new PictureOptions();
        var command = new Command("explain", "Explains how the TCP connections of a capture ended: who closed first, "
            + "what was lost, who sent a RST and why. Prints a table of the connections, and, for one of them, a "
            + "picture and an explanation. Needs Wireshark's tshark.\n\n"
            + "Exit code 0: explained. 1: could not be explained.")
        {
            file, connection, filter, json,
        };
        pictures.AddTo(command);
        command.Validators.Add(given =>
        {
            foreach (Option<string?> picture in pictures.Files)
            {
                if (given.GetResult(picture) is { Tokens: [.., { Value: var target }] }
                    && given.GetResult(file) is { Tokens: [{ Value: var source }] }
                    && OutputFile.AreSame(source, target))
                    given.AddError($"{picture.Name} names the capture, which would be lost: use another file");
            }
        });
        command.SetAction(async (parsed, _) =>
        {
            var options = new ExplainOptions(parsed.GetValue(file)!)
            {
                Connection = parsed.GetValue(connection) is var number and > 0 ? number : null,
                Filter = parsed.GetValue(filter),
                Json = parsed.GetValue(json),
                Pictures = pictures.Read(parsed),
            };
            CaptureContents contents = await CaptureFile.ReadAsync(options.File, options.Filter, stop.StopRequested);
            new ExplanationReport(options, Console.Out.WriteLine).Print(contents);
            return ExitCode.Success;
        });
        return command;
    }
}
