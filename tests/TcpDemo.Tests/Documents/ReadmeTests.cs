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

/// <summary>The README and docs/log.md show what the programs print, except for times, ports and ids.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Text = Repository.Document("README.md"),
        Log = Repository.Document("docs/log.md");

    [ConditionalFact(Needs.Linux, "script", "bash")]
    public async Task TheTwoColumnsAreThoseOfSideBySide()
    {
        // Without a separate network namespace, port 8888 may be in use.
        using NetworkNamespace? inside = NetworkNamespace.TryCreate();
        int port = inside is null ? FreePortFrom(8888) : 8888;
        Programs.Result run = await Programs.ShellAsync(
            $"script -qec \"stty cols 120; NO_COLOR=1 '{Programs.Ours("SideBySide")}' --port {port}\" /dev/null",
            inside);
        string printed = run.Output.Replace("\e[?1h\e=", "", StringComparison.Ordinal).ReplaceLineEndings("\n");
        printed = printed.Replace($"127.0.0.1:{port}", "127.0.0.1:8888", StringComparison.Ordinal);
        // Only the order within a column is fixed.
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
                $" The picture needs 80 columns, but this terminal has {columns}:", StringComparison.Ordinal));
        // A command that the user may paste is not wrapped.
        Assert.All(lines.SkipWhile(l => tooNarrow && !l.StartsWith("client ", StringComparison.Ordinal))
            .Where(l => !l.Contains(" sudo ", StringComparison.Ordinal)), l => Assert.InRange(l.Length, 0, columns));

        // In 80 columns, neither the list of events nor the picture is wrapped.
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
        // On a terminal the server also prints the next steps.
        string[] steps = [.. NextSteps.Of(new ServerOptions(), new IPEndPoint(IPAddress.Loopback, 8888))];
        List<string> shown = Lines(Block("EchoServer", Log));
        bool IsStep(string line) => steps.Any(s => line.EndsWith($"server     - {s}", StringComparison.Ordinal));
        Assert.Equal(steps.Length, shown.Count(IsStep));
        Assert.Equal(shown.Where(l => !IsStep(l)), Lines($"{listening}\n{rest}"));
        Assert.Equal(Lines(Block("EchoClient", Log)), Lines(client.Output));
    }

    [Fact]
    public void ThePictureIsOneOfTheTextbookClose()
    {
        ParsedLadder picture = ParsedLadder.FromSvg(Repository.Picture("half-close"));
        Assert.Equal(DefaultRunTests.ElevenSegments,
            picture.Segments.Select(s => $"{s.Side.Name()} {s.Segment.Flags} {s.Segment.Length}"));
        Assert.Equal(ScenarioTable.Find("half-close").Expected,
            picture.FormsOf(ScenarioTable.Find("half-close")).Single());
        Assert.Equal("TIME-WAIT", picture.Client[^1]);
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

    private static int FreePortFrom(int first)
    {
        HashSet<int> used = [.. IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
            .Select(listener => listener.Port)];
        return Enumerable.Range(first, 1000).First(port => !used.Contains(port));
    }

    private static string Block(string marker, string? document = null)
    {
        document ??= Text;
        string from = document[document.IndexOf($"<!-- transcript: {marker} -->", StringComparison.Ordinal)..];
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

    // A program reads the state a moment after its call has returned. By then the state may have changed.
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

    [GeneratedRegex(@"PathCheck -- serve .*socat TCP-LISTEN:(\d+),fork,reuseaddr TCP:127\.0\.0\.1:(\d+) .*"
        + @"PathCheck -- run 127\.0\.0\.1:(\d+) ", RegexOptions.Singleline)]
    private static partial Regex RelayThenRun();
}
