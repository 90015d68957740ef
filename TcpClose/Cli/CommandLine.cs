using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using TcpClose.Events;
using TcpClose.Scenarios;

namespace TcpClose.Cli;

/// <summary>
/// The options that the programs share. A wrong argument is one sentence on standard error and exit code 1.
/// </summary>
public static class CommandLine
{
    /// <summary>An option for a host name or an IP address.</summary>
    public static Option<string> Host(string description) =>
        new("--host") { Description = description, HelpName = "name|address", DefaultValueFactory = _ => "127.0.0.1" };

    /// <summary>An option for a port, from <paramref name="lowest"/> to 65535.</summary>
    public static Option<int> Port(string name, string description, int lowest, int? standard) => Optional(
        new Option<int>(name)
        {
            Description = description,
            HelpName = "port",
            CustomParser = result => int.TryParse(Word(result), out int port) && port >= lowest && port <= 65535
                ? port
                : Refuse<int>(result, $"is no port: give a number from {lowest} to 65535"),
        }, standard);

    /// <summary>An option for a whole number.</summary>
    public static Option<int> Count(string name, string description, int lowest, int highest, int standard) => Optional(
        new Option<int>(name)
        {
            Description = description,
            HelpName = "count",
            CustomParser = result => int.TryParse(Word(result), out int count) && count >= lowest && count <= highest
                ? count
                : Refuse<int>(result, $"is no number from {lowest} to {highest}"),
        }, standard);

    /// <summary>An option for a duration. Zero is refused if it would mean not to wait.</summary>
    public static Option<Duration> Time(string name, string description, TimeSpan standard, bool zeroAllowed, TimeSpan? longest = null) =>
        new(name)
        {
            Description = description,
            HelpName = "duration",
            DefaultValueFactory = _ => new Duration(standard),
            CustomParser = result => Duration.TryParse(Word(result), out Duration time) && (zeroAllowed || time.Span > TimeSpan.Zero)
                && time.Span <= (longest ?? Duration.MaxSpan)
                ? time
                : Refuse<Duration>(result, $"is no duration {(zeroAllowed ? "of" : "above 0 and")} at most {(longest is { } most ? new Duration(most) : "24 hours")}: write 200ms, 0.5s, 2s or 1m"),
        };

    /// <summary>How events are written.</summary>
    public static Option<string> LogFormat() => Choice("--log", "How events are written", "text", "json");

    /// <summary>An option for a number of bytes.</summary>
    public static Option<ByteSize> Bytes(string name, string description, long least, long most, long? standard)
    {
        var option = new Option<ByteSize>(name)
        {
            Description = description,
            HelpName = "size",
            CustomParser = result => ByteSize.TryParse(Word(result), out ByteSize size) && size.Bytes >= least && size.Bytes <= most
                ? size
                : Refuse<ByteSize>(result, $"is no size from {new ByteSize(least)} to {new ByteSize(most)}: write 512, 64KiB or 1MiB"),
        };
        if (standard is { } bytes) option.DefaultValueFactory = _ => new ByteSize(bytes);
        return option;
    }

    /// <summary>An option whose value has its own syntax.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">Its line of help.</param>
    /// <param name="helpName">The placeholder for the value in the help.</param>
    /// <param name="read">Reads the value; null if it is wrong.</param>
    /// <param name="otherwise">The end of the error message, which says what to write instead.</param>
    public static Option<T?> Parsed<T>(string name, string description, string helpName, Func<string, T?> read, string otherwise) where T : class =>
        new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result => read(Word(result)) ?? Refuse<T>(result, otherwise),
        };

    /// <summary>An option for a file that is written at the end of the run.</summary>
    public static Option<string?> NewFile(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "file",
        CustomParser = result => OutputFile.Objection(Word(result)) is { } why ? Refuse<string>(result, why) : Word(result),
    };

    /// <summary>Refuses a command line of which two options name the same file.</summary>
    public static void RequireDistinctFiles(RootCommand root, params Option<string?>[] options) => root.Validators.Add(given =>
    {
        var files = new Dictionary<string, string>();
        foreach (Option<string?> option in options)
        {
            if (given.GetResult(option) is not { Tokens: [.., var file] }) continue;
            if (files.FirstOrDefault(f => OutputFile.AreSame(f.Value, file.Value)).Key is { } other)
                given.AddError($"{other} and {option.Name} name the same file: give each a file of its own");
            files[option.Name] = file.Value;
        }
    });

    /// <summary>Which events are written.</summary>
    public static Option<string> LogLevel() =>
        Choice("--log-level", "The least important events that are written", "information", "debug", "warning");

    /// <summary>For a program that starts this one: it stops when standard input ends.</summary>
    public static Option<bool> StopWithInput() => new("--stop-with-stdin") { Hidden = true };

    /// <summary>
    /// Runs a program: parses, then acts. Everything that keeps it from running ends as one sentence on standard error.
    /// </summary>
    public static async Task<int> RunAsync(RootCommand root, string program, string[] arguments)
    {
        // A message may begin with @: there are no response files.
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            foreach (ParseError error in parsed.Errors) StandardError.WriteLine($"{program}: {error.Message.TrimEnd('.')}. See --help.");
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

    /// <summary>Which close is played.</summary>
    public static Option<string> Scenario()
    {
        IEnumerable<string> names = ScenarioTable.All.Select(s => s.Name);
        Option<string> option = Choice("--scenario", "Which close to play", names.First(), [.. names.Skip(1)]);
        option.HelpName = "name";
        return option;
    }

    /// <summary>The scenarios, a line each, for the end of a description.</summary>
    public static string ScenarioList() =>
        "Scenarios:\n" + string.Join('\n', ScenarioTable.All.Select(s => $"  {s.Name}: {s.Sentence}"));

    private static Option<string> Choice(string name, string description, string standard, params string[] others)
    {
        string[] choices = [standard, .. others];
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = string.Join('|', choices),
            DefaultValueFactory = _ => standard,
            CustomParser = result => choices.Contains(Word(result))
                ? Word(result)
                : Refuse<string>(result, $"is unknown: give {string.Join(" or ", choices)}"),
        };
        option.CompletionSources.Add(choices);
        return option;
    }

    private static Option<int> Optional(Option<int> option, int? standard)
    {
        if (standard is int value) option.DefaultValueFactory = _ => value;
        return option;
    }

    private static string Word(ArgumentResult result) => result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";

    private static T Refuse<T>(ArgumentResult result, string why)
    {
        string option = (result.Parent as OptionResult)?.IdentifierToken?.Value ?? "the argument";
        result.AddError($"{option} {Printable.Quote(System.Text.Encoding.UTF8.GetBytes(Word(result)))} {why}");
        return default!;
    }
}
