using TcpClose.Scenarios;

namespace TcpDemo.Tests.TcpClose.Cli;

/// <summary>
/// The help is wrapped between words: on a terminal to its width (at most 100 columns), in a file to 80 columns.
/// </summary>
public sealed class HelpFitsTheTerminalTests
{
    private const int MaxWidth = 100, WidthOfAFile = 80;

    private static readonly string[] Commands =
        ["EchoServer", "EchoClient", "SideBySide", "PathCheck", "PathCheck serve", "PathCheck run"];

    [ConditionalTheory(Needs.Linux, "script", "bash")]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(120)]
    public async Task OnATerminalLinesFitItsWidthAndAreFilled(int columns)
    {
        foreach (string command in Commands)
        {
            Programs.Result help =
                await Programs.ShellAsync($"script -qec \"stty cols {columns}; {Line(command)}\" /dev/null");
            Check(command, help, Math.Min(columns, MaxWidth));
        }
    }

    [ConditionalFact(Needs.Linux, "bash")]
    public async Task InAFileLinesFit80Columns()
    {
        foreach (string command in Commands) Check(command, await Programs.ShellAsync(Line(command)), WidthOfAFile);
    }

    [ConditionalTheory(Needs.Linux, "bash")]
    [InlineData("EchoClient")]
    [InlineData("SideBySide")]
    public async Task EachScenarioHasItsNameInOneColumnAndItsSentenceInAnother(string program)
    {
        string[] help = (await Programs.ShellAsync(Line(program))).Output.Split('\n');
        string[] list = [.. help.SkipWhile(l => l != "Scenarios:").Skip(1).TakeWhile(l => l != "")];
        const int Second = 18;
        Assert.All(list, line => Assert.Equal("  ", line[(Second - 2)..Second]));
        string[] rows = [.. list.Select(line => line[..Second].Trim() is { Length: > 0 } name
            ? $"\n{name}: {line[Second..]}"
            : $" {line[Second..]}")];
        Assert.Equal(ScenarioTable.All.Select(s => $"{s.Name}: {s.Sentence}"), string.Concat(rows)[1..].Split('\n'));
    }

    private static string Line(string command)
    {
        string[] words = command.Split(' ');
        return $"'{Programs.Ours(words[0])}' {string.Join(' ', words.Skip(1))} --help";
    }

    private static void Check(string command, Programs.Result help, int width)
    {
        Assert.Equal((command, 0, ""), (command, help.ExitCode, help.Errors));
        string[] lines = [.. help.Output.Replace("\e[?1h\e=", "", StringComparison.Ordinal).Split('\n')
            .Select(l => l.TrimEnd())];
        Assert.All(lines, line => Assert.InRange(line.Length, 0, width));

        // Within a paragraph, a line ends only if the next word does not fit.
        string[] description = [.. lines.SkipWhile(l => l != "Description:").Skip(1).TakeWhile(l => l != "Usage:")];
        Assert.NotEmpty(description);
        foreach ((string line, string next) in description.Zip(description.Skip(1)).Where(l => l.First != ""))
            Assert.True(next == "" || line.Length + 1 + next.Trim().Split(' ')[0].Length >= width, $"{line}\n{next}");
    }
}
