using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using TcpClose.Events;

namespace TcpClose.Cli;

/// <summary>Describes what is wrong with a command line.</summary>
internal static class UsageErrors
{
    /// <summary>
    /// Returns one sentence for each error. An unknown word is reported alone, because it may cause the other errors.
    /// </summary>
    public static IEnumerable<string> Of(ParseResult parsed)
    {
        // If a command takes an argument, an unknown option becomes that argument.
        string[] unknown =
        [
            .. parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens)
                .Select(t => t.Value).Where(IsOption),
            .. parsed.UnmatchedTokens,
        ];
        string? word = unknown.FirstOrDefault(IsOption) ?? unknown.FirstOrDefault();
        IEnumerable<string> sentences =
            word is null ? parsed.Errors.Select(e => e.Message.TrimEnd('.')) : [Unknown(parsed, word)];
        return sentences.Select(s => s.EndsWith('?') ? $"{s} See --help." : $"{s}. See --help.");
    }

    private static bool IsOption(string word) => word.StartsWith('-');

    private static string Unknown(ParseResult parsed, string word)
    {
        Command command = parsed.CommandResult.Command;
        IEnumerable<Option> options =
            command.Options.Union(parsed.RootCommandResult.Command.Options.Where(o => o.Recursive));
        string[] names = [.. options.Where(o => !o.Hidden).Select(o => o.Name)],
            commands = [.. command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)];
        string kind = IsOption(word) ? "option" : commands.Length > 0 ? "command" : "argument";
        string? meant = Suggestion.For(word, kind == "command" ? commands : names);
        string shown = Printable.Quote(Encoding.UTF8.GetBytes(word)).Trim('"');
        return $"unknown {kind} {shown}" + (meant is null ? "" : $": {meant}");
    }
}
