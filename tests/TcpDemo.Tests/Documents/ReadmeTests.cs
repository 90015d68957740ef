using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Text.RegularExpressions;
using EchoServer;
using SideBySide.Running;
using SideBySide.Tools;
using TcpClose.Events;
using TcpClose.Scenarios;
using TcpDemo.Tests.EndToEnd;

namespace TcpDemo.Tests.Documents;

/// <summary>What the README shows is what the programs print: times, ports and ids aside.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "README.md"))
        .ReplaceLineEndings("\n");

    [ConditionalFact(Needs.Linux, "script", "bash")]
    public async Task TheTwoColumnsAreThoseOfSideBySide()
    {
        // Without a namespace the port may be in use on this machine: the next free one, of four digits too, replaces
        // it.
        using NetworkNamespace? inside = NetworkNamespace.TryCreate();
        int port = inside is null ? FreePortFrom(8888) : 8888;
        Programs.Result run = await Programs.ShellAsync(
            $"script -qec \"stty cols 120; NO_COLOR=1 '{Programs.Ours("SideBySide")}' --port {port}\" /dev/null",
            inside);
        string printed = run.Output.Replace("\e[?1h\e=", "", StringComparison.Ordinal).ReplaceLineEndings("\n");
        printed = printed.Replace($"127.0.0.1:{port}", "127.0.0.1:8888", StringComparison.Ordinal);
        // Which of the two columns comes first within a millisecond is chance; within a column the order is fixed.
        Assert.Equal(Column(Block("SideBySide, 120 columns"), left: true), Column(printed, left: true));
        Assert.Equal(Column(Block("SideBySide, 120 columns"), left: false), Column(printed, left: false));
    }

    [ConditionalTheory(Needs.Linux, "script", "bash")]
    [InlineData(60)]
    [InlineData(80)]
    public async Task OnANarrowTerminalNoLineIsTooWideAndOnATooNarrowOneItSaysSo(int columns)
    {
        Programs.Result shown = await Programs.ShellAsync(
            $"script -qec \"stty cols {columns}; NO_COLOR=1 '{Programs.Ours("SideBySide")}' --port 0\" /dev/null");
        Assert.Equal(0, shown.ExitCode);
        string[] lines = [.. shown.Lines.Select(l => l.Replace("\e[?1h\e=", "", StringComparison.Ordinal).TrimEnd())];
        bool tooNarrow = columns < 80;
        Assert.Equal(tooNarrow,
            string.Join(' ', lines.Select(l => l.Trim())).Contains(
                $" The picture needs 80 columns, and this terminal has {columns}:", StringComparison.Ordinal));
        Assert.All(lines.SkipWhile(l => tooNarrow && !l.StartsWith("client ", StringComparison.Ordinal)),
            l => Assert.InRange(l.Length, 0, columns));

        // Neither the list nor the picture is broken: each event has its line, and each segment its arrow.
        if (tooNarrow) return;
        Assert.Contains(lines,
            l => l.EndsWith("ESTABLISHED  Connect: SYN ACK received", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.EndsWith("Shutdown(Send)", StringComparison.Ordinal));
    }

    [ConditionalFact(Needs.NetworkNamespace, "kill")]
    public async Task TheLinesOfTheTwoTerminalsAreThoseOfTheTwoConsoles()
    {
        using NetworkNamespace inside = NetworkNamespace.TryCreate()!;
        using Process server = ConsoleProcess.StartProgram(Programs.Ours("EchoServer"), [], inside);
        string listening = (await server.StandardOutput.ReadLineAsync().WithTimeout())!;
        Programs.Result client = await Programs.RunAsync(Programs.Ours("EchoClient"), [], inside: inside);
        Programs.Signal(server.Id, 15);
        string rest = await server.StandardOutput.ReadToEndAsync().WithTimeout();
        // On a terminal the server also tells the user what to do next.
        string[] steps = [.. NextSteps.Of(new ServerOptions(), new IPEndPoint(IPAddress.Loopback, 8888))];
        List<string> shown = Lines(Block("EchoServer"));
        bool IsStep(string line) => steps.Any(s => line.EndsWith($"server     - {s}", StringComparison.Ordinal));
        Assert.Equal(steps.Length, shown.Count(IsStep));
        Assert.Equal(shown.Where(l => !IsStep(l)), Lines($"{listening}\n{rest}"));
        Assert.Equal(Lines(Block("EchoClient")), Lines(client.Output));
    }

    [Fact]
    public void ThePictureIsOneOfTheTextbookClose()
    {
        foreach (ParsedLadder picture in (ParsedLadder[])[ParsedLadder.FromText(Block("the picture").Split("\n\n")[0]),
            ParsedLadder.FromSvg(Repository.Picture("half-close"))])
        {
            Assert.Equal(DefaultRunTests.ElevenSegments,
                picture.Segments.Select(s =>
                    $"{(s.Side == Side.Client ? "client" : "server")} {s.Segment.Flags} {s.Segment.Length}"));
            Assert.Equal(ScenarioTable.Find("half-close").Expected,
                picture.FormsOf(ScenarioTable.Find("half-close")).Single());
            Assert.Equal("TIME-WAIT", picture.Client[^1]);
        }
    }

    [Fact]
    public void TheTableOfScenariosIsTheProgramsOwn() =>
        Assert.Contains(string.Concat(ScenarioTable.All.Select(s => $"| `{s.Name}` | {s.Sentence} | {s.Teaches} |\n")),
            Text, StringComparison.Ordinal);

    [Fact]
    public void PathCheckRunsAgainstTheRelayAndTheRelayLeadsToTheFarEnd()
    {
        Match relay = RelayThenRun().Match(Text);
        Assert.True(relay.Success);
        Assert.Equal(relay.Groups[1].Value, relay.Groups[3].Value);
        Assert.Equal($"{new ServerOptions().Port}", relay.Groups[2].Value);
    }

    [Fact]
    public void EveryFileThatTheReadmeNamesExists() =>
        Assert.All(Link().Matches(Text).Select(m => m.Groups[1].Value), path => Assert.True(
            Path.Exists(Path.Combine(Repository.Root, path))
                || File.Exists(Path.Combine(Repository.Root, "tests", "TcpDemo.Tests", path)), path));

    private static int FreePortFrom(int first)
    {
        HashSet<int> used = [.. IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
            .Select(listener => listener.Port)];
        return Enumerable.Range(first, 1000).First(port => !used.Contains(port));
    }

    private static string Block(string marker)
    {
        string from = Text[Text.IndexOf($"<!-- transcript: {marker} -->", StringComparison.Ordinal)..];
        from = from[(from.IndexOf("```text\n", StringComparison.Ordinal) + 8)..];
        return from[..from.IndexOf("```", StringComparison.Ordinal)];
    }

    private static List<string> Column(string text, bool left) =>
    [
        .. Lines(text)
            .Where(l => l.Contains('|') || l.Contains(left ? "client:" : "server:", StringComparison.Ordinal))
            .Select(l => l.IndexOf('|') is var bar and > 0 ? (left ? l[..bar] : l[(bar + 1)..]).Trim() : l)
            .Where(l => l.Length > 0),
    ];

    private static List<string> Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => AnyState(Figures().Replace(l, "N")).TrimEnd())];

    // Whether the client's FIN has come when the server's Accept and Receive return is a matter of microseconds. And a
    // console that a busy machine has stopped between its call and its reading of the state reads the next one.
    private static string AnyState(string line) =>
        EitherState().Replace(line, m => "(either)".PadRight(m.Length));

    [GeneratedRegex(@"\d\d:\d\d:\d\d\.\d{3}|(?:^|(?<=\| )) *\d{1,5} (?=[A-Z]|client:|server:)|"
        + @"(?<=127\.0\.0\.1:)(?!8888)\d+|(?<=(client|server) )\d{4,5}|(?<=port )\d+|(?<=free in )[\d.]+")]
    private static partial Regex Figures();

    [GeneratedRegex("""
        (ESTABLISHED|CLOSE-WAIT[ ])[ ](?=.*(Accept:[ ]|Receive:[ ]13[ ]bytes[ ]"))
        | (FIN-WAIT-1|FIN-WAIT-2)[ ](?=.*Shutdown)
        | (FIN-WAIT-2|TIME-WAIT[ ])[ ](?=.*after[ ]our[ ]FIN)
        | (LAST-ACK|CLOSED[ ]{2})[ ](?=.*Shutdown)
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex EitherState();

    [GeneratedRegex(@"\ndotnet run --project PathCheck -- serve\nsocat TCP-LISTEN:(\d+),fork "
        + @"TCP:127\.0\.0\.1:(\d+)\ndotnet run --project PathCheck -- run 127\.0\.0\.1:(\d+) ")]
    private static partial Regex RelayThenRun();

    [GeneratedRegex(@"\]\(([\w/.-]+)\)")]
    private static partial Regex Link();
}
