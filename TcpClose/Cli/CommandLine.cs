using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text;
using TcpClose.Events;
using TcpClose.Scenarios;

namespace TcpClose.Cli;

/// <summary>
/// The options that the programs share. A wrong argument gives one sentence on standard error and exit code 1.
/// </summary>
public static class CommandLine
{
    internal const string ScenarioOption = "--scenario";

    /// <summary>An option for a host name or an IP address.</summary>
    public static Option<string> Host(string description) =>
        new("--host") { Description = description, HelpName = "name|address", DefaultValueFactory = _ => "127.0.0.1" };

    /// <summary>An option for a port, from <paramref name="min"/> to 65535.</summary>
    public static Option<int> Port(string name, string description, int min, int? standard) => Optional(
        new Option<int>(name)
        {
            Description = description,
            HelpName = "port",
            CustomParser = result => int.TryParse(LastToken(result), out int port) && port >= min && port <= 65535
                ? port
                : Reject<int>(result, $"is not a port: use a number from {min} to 65535"),
        }, standard);

    /// <summary>An option for a whole number, from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public static Option<int> Count(string name, string description, int min, int max, int standard) => Optional(
        new Option<int>(name)
        {
            Description = description,
            HelpName = "count",
            CustomParser = result => int.TryParse(LastToken(result), out int count) && count >= min && count <= max
                ? count
                : Reject<int>(result, $"is not a number from {min} to {max}"),
        }, standard);

    /// <summary>An option for a duration of at most <paramref name="max"/> (default: 24 hours).</summary>
    public static Option<Duration> Time(
        string name, string description, TimeSpan standard, bool zeroAllowed, TimeSpan? max = null) =>
        new(name)
        {
            Description = description,
            HelpName = "duration",
            DefaultValueFactory = _ => new Duration(standard),
            CustomParser = result => Duration.TryParse(LastToken(result), out Duration time)
                && (zeroAllowed || time.Span > TimeSpan.Zero) && time.Span <= (max ?? Duration.MaxSpan)
                ? time
                : Reject<Duration>(result, $"is not a duration {(zeroAllowed ? "of" : "above 0 and")} at most "
                    + $"{(max is { } most ? new Duration(most) : "24 hours")}: write 200ms, 0.5s, 2s or 1m"),
        };

    /// <summary>The option for the format of the events.</summary>
    public static Option<string> LogFormat() => Choice("--log", "Format of the events", "text", "json");

    /// <summary>An option for a number of bytes, from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public static Option<ByteSize> Bytes(string name, string description, long min, long max, long? standard)
    {
        var option = new Option<ByteSize>(name)
        {
            Description = description,
            HelpName = "size",
            CustomParser = result => ByteSize.TryParse(LastToken(result), out ByteSize size)
                && size.Bytes >= min && size.Bytes <= max
                ? size
                : Reject<ByteSize>(result,
                    $"is not a size from {new ByteSize(min)} to {new ByteSize(max)}: write 512, 64KiB or 1MiB"),
        };
        if (standard is { } bytes) option.DefaultValueFactory = _ => new ByteSize(bytes);
        return option;
    }

    /// <summary>An option whose value has its own syntax.</summary>
    /// <param name="name">The name of the option.</param>
    /// <param name="description">The help text.</param>
    /// <param name="helpName">The placeholder for the value in the help.</param>
    /// <param name="read">Parses the value; returns null if it is wrong.</param>
    /// <param name="otherwise">The end of the error message: the expected syntax.</param>
    public static Option<T?> Parsed<T>(
        string name, string description, string helpName, Func<string, T?> read, string otherwise) where T : class =>
        new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result => read(LastToken(result)) ?? Reject<T>(result, otherwise),
        };

    /// <summary>The option for the minimum level of the events.</summary>
    public static Option<string> LogLevel() =>
        Choice("--log-level", "Minimum level of the events", "information", "debug", "warning");

    /// <summary>The option to stop when standard input ends. A parent process uses it.</summary>
    public static Option<bool> StopWithInput() => new("--stop-with-stdin") { Hidden = true };

    /// <summary>
    /// Parses the command line and runs the program. Each error gives one sentence on standard error.
    /// </summary>
    public static async Task<int> RunAsync(RootCommand root, string program, string[] arguments)
    {
        Help.Install(root);

        // Response files are disabled, because a message may begin with @.
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            foreach (string sentence in UsageErrors.Of(parsed)) StandardError.WriteLine($"{program}: {sentence}");
            return ExitCode.CouldNotRun;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception reason) when (reason is CommandException or IOException or UnauthorizedAccessException)
        {
            StandardError.WriteLine($"{program}: {reason.Message}");
            return ExitCode.CouldNotRun;
        }
    }

    /// <summary>Adds a list to the end of a command's help.</summary>
    public static void AddHelpList(
        Command command, string title, IReadOnlyList<(string Name, string Description)> rows) =>
        Help.Add(command, title, rows);

    /// <summary>The option for the scenario.</summary>
    public static Option<string> Scenario()
    {
        IEnumerable<string> names = ScenarioTable.All.Select(s => s.Name);
        Option<string> option = Choice(ScenarioOption, "Scenario to run", names.First(), [.. names.Skip(1)]);
        option.HelpName = "name";
        return option;
    }

    /// <summary>An option with a few allowed values. The first one is the default.</summary>
    public static Option<string> Choice(string name, string description, string standard, params string[] others)
    {
        string[] choices = [standard, .. others];
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = string.Join('|', choices),
            DefaultValueFactory = _ => standard,
            CustomParser = result => choices.Contains(LastToken(result))
                ? LastToken(result)
                : Reject<string>(result, $"is unknown: use {string.Join(" or ", choices)}"),
        };
        option.CompletionSources.Add(choices);
        return option;
    }

    private static Option<int> Optional(Option<int> option, int? standard)
    {
        if (standard is int value) option.DefaultValueFactory = _ => value;
        return option;
    }

    private static string LastToken(ArgumentResult result) => result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";

    // For a misspelt choice the error suggests only the most similar choices.
    private static T Reject<T>(ArgumentResult result, string why)
    {
        var option = result.Parent as OptionResult;
        string given = LastToken(result);
        IEnumerable<string> choices = option?.Option.GetCompletions(CompletionContext.Empty).Select(c => c.Label) ?? [];
        if (Suggestion.For(given, choices) is { } meant) why = $"{why.Split(':')[0]}: {meant}";
        string name = option?.IdentifierToken?.Value ?? "the argument";
        result.AddError($"{name} {Printable.Quote(Encoding.UTF8.GetBytes(given))} {why}");
        return default!;
    }
}
