using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using TcpClose.Output;
using TcpClose.Scenarios;

namespace TcpClose.Cli;

/// <summary>
/// Prints the help, wrapped at words to the width of the terminal. The list of scenarios follows if the command has the
/// option <c>--scenario</c>.
/// </summary>
internal sealed class Help(HelpAction standard) : SynchronousCommandLineAction
{
    private const int MaxWidth = 100;
    private const string Indent = "  ";

    /// <summary>Replaces the standard help of a program.</summary>
    public static void Install(RootCommand root)
    {
        foreach (HelpOption option in root.Options.OfType<HelpOption>())
            if (option.Action is HelpAction standard) option.Action = new Help(standard);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int width = Console.IsOutputRedirected
            ? TerminalWidth.Unknown
            : Math.Min(TerminalWidth.Read(), MaxWidth);
        standard.MaxWidth = width;
        int code = standard.Invoke(parseResult);
        bool runsScenarios = parseResult.CommandResult.Command.Options.Any(o => o.Name == CommandLine.ScenarioOption);
        if (runsScenarios) WriteScenarios(parseResult.InvocationConfiguration.Output, width);
        return code;
    }

    // Two columns, as for options: the name, and the sentence with a hanging indent.
    private static void WriteScenarios(TextWriter output, int width)
    {
        output.WriteLine("Scenarios:");
        int names = ScenarioTable.All.Max(s => s.Name.Length);
        foreach (Scenario scenario in ScenarioTable.All)
        {
            string name = scenario.Name;
            foreach (string line in
                EventTextFormatter.Wrap(scenario.Sentence, width - names - (2 * Indent.Length)))
            {
                output.WriteLine($"{Indent}{name.PadRight(names)}{Indent}{line}");
                name = "";
            }
        }

        output.WriteLine();
    }
}
