using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;
using TcpClose.Output;
using TcpClose.Scenarios;

namespace TcpClose.Cli;

/// <summary>
/// Prints the help, wrapped to the terminal's width but at most 100 columns. A list follows if the command has one,
/// such as the scenarios.
/// </summary>
internal sealed class Help(HelpAction standard) : SynchronousCommandLineAction
{
    private const int MaxWidth = 100;
    private const string Indent = "  ";
    private static readonly ConditionalWeakTable<Command, HelpList> Lists = new();


    /// <summary>Replaces the standard help of a program.</summary>
    public static void Install(RootCommand root)
    {
        foreach (HelpOption option in root.Options.OfType<HelpOption>())
            if (option.Action is HelpAction standard) option.Action = new Help(standard);
    }

    public static void Add(Command command, string title, IReadOnlyList<(string Name, string Description)> rows) =>
        Lists.Add(command, new HelpList(title, rows));

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int width = Console.IsOutputRedirected
            ? TerminalWidth.Unknown
            : Math.Min(TerminalWidth.Read(), MaxWidth);
        standard.MaxWidth = width;
        int code = standard.Invoke(parseResult);
        Command command = parseResult.CommandResult.Command;
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (Lists.TryGetValue(command, out HelpList? list))
            WriteList(output, width, list.Title, list.Rows);
        else if (command.Options.Any(o => o.Name == CommandLine.ScenarioOption))
            WriteList(output, width, "Scenarios:", [.. ScenarioTable.All.Select(s => (s.Name, s.Sentence))]);
        return code;
    }

    // Two columns: the name, and the sentence with a hanging indent.
    private static void WriteList(
        TextWriter output, int width, string title, IReadOnlyList<(string Name, string Description)> rows)
    {
        output.WriteLine(title);
        int names = rows.Max(row => row.Name.Length);
        foreach ((string name, string description) in rows)
        {
            string label = name;
            foreach (string line in EventTextFormatter.Wrap(description, width - names - (2 * Indent.Length)))
            {
                output.WriteLine($"{Indent}{label.PadRight(names)}{Indent}{line}");
                label = "";
            }
        }

        output.WriteLine();
    }

    private sealed record HelpList(string Title, IReadOnlyList<(string Name, string Description)> Rows);
}
