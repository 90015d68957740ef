using System.CommandLine;
using System.Text;
using TcpClose.Events;

namespace SideBySide.Tools;

/// <summary>Options for files that are written at the end of the run.</summary>
internal static class OutputFileOption
{
    /// <summary>An option for one file.</summary>
    public static Option<string?> Create(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "file" };
        option.Validators.Add(given =>
        {
            string file = given.Tokens is [.., var last] ? last.Value : "";
            if (OutputFile.DescribeProblem(file) is { } why)
                given.AddError($"{name} {Printable.Quote(Encoding.UTF8.GetBytes(file))} {why}");
        });
        return option;
    }

    /// <summary>Rejects a command line in which two options name the same file.</summary>
    public static void RequireDistinctFiles(Command command, IEnumerable<Option<string?>> options) =>
        command.Validators.Add(given =>
    {
        var files = new Dictionary<string, string>();
        foreach (Option<string?> option in options)
        {
            if (given.GetResult(option) is not { Tokens: [.., var file] }) continue;
            if (files.FirstOrDefault(f => OutputFile.AreSame(f.Value, file.Value)).Key is { } other)
                given.AddError($"{other} and {option.Name} name the same file: use each a file of its own");
            files[option.Name] = file.Value;
        }
    });
}
