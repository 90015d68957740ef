using System.Text.RegularExpressions;
using TcpClose.Events;
using TcpClose.Scenarios;

namespace TcpDemo.Tests.Documents;

/// <summary>docs/closes.md agrees with the scenario table and with what SideBySide prints.</summary>
[Trait("Tier", "Long")]
public sealed partial class ClosesDocumentTests
{
    private static readonly string Text = Repository.Closes;

    public static TheoryData<string> Names => [.. ScenarioTable.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void TheSectionHasTheRowOfTheTable(string name)
    {
        Scenario row = ScenarioTable.Find(name);
        string section = Section(name);
        Assert.Contains($"{row.Sentence[1..]}. What it teaches: {row.Teaches} (RFC 9293, {row.Section}).",
            section.Replace('\n', ' '), StringComparison.Ordinal);
        foreach (CloseSequence form in row.Alternatives)
        {
            Assert.Contains(
                $"| client | {form.ClientStates} |\n| server | "
                    + $"{(form.ServerStates == "" ? "-" : form.ServerStates)} |\n", section, StringComparison.Ordinal);
            Assert.Contains($"| {string.Join(", ", form.Wire)} |\n", section, StringComparison.Ordinal);
            string timeWait = form.TimeWait.Count == 0
                ? "neither side"
                : string.Join(" and ", form.TimeWait.Select(s => $"{s}".ToLowerInvariant()));
            Assert.Contains($"| TIME-WAIT afterwards | {timeWait} |\n", section, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task TheTranscriptHasThePhasesOfARunInTheirOrder(string name)
    {
        Programs.Result run = await Programs.RunAsync(Programs.Ours("SideBySide"), ["--port", "0", "--scenario", name]);
        Assert.Equal(0, run.ExitCode);
        foreach (string side in (string[])["client", "server"])
        {
            List<string> shown = Phases(Transcript(name), side);
            Assert.Equal(side == "client" || ScenarioTable.Find(name).HasServer, shown.Count > 0);
            Assert.Equal(shown.Where(Counts), Phases(run.Output, side).Where(Counts));
        }

        // In simultaneous, either side or both may enter TIME-WAIT.
        bool Counts(string phase) => name != "simultaneous" || phase != nameof(ClosePhase.TimeWait);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ThePictureShowsOneOfTheFormsOfTheTable(string name)
    {
        string section = Section(name);
        int text = section.IndexOf($"<!-- picture: {name} -->\n```text\n", StringComparison.Ordinal);
        ParsedLadder picture = text < 0
            ? ParsedLadder.FromSvg(Repository.Picture(name))
            : ParsedLadder.FromText(section[(section.IndexOf("```text\n", text, StringComparison.Ordinal) + 8)..]
                .Split("\n```")[0]);
        Assert.Contains(text < 0 ? $"](pictures/{name}.svg)" : "client", section, StringComparison.Ordinal);
        Assert.Single(picture.FormsOf(ScenarioTable.Find(name)));
    }

    [Fact]
    public void ThePictureOfTheLostLastAckShowsItLostTwiceAndAnsweredEachTime()
    {
        ParsedLadder picture = ParsedLadder.FromSvg(Repository.Picture("last-ack"));
        Assert.Equal(
            ["Server FIN", "Client lost", "Server again", "Client lost", "Server again", "Client ACK"],
            picture.Segments.Skip(9)
                .Select(s => (s.Side,
                    Is: s.IsLost ? "lost" : s.Segment.IsRetransmission ? "again" : s.Segment.Flags.Split(' ')[0]))
                .Select(s => $"{s.Side} {s.Is}"));
        Assert.Equal(["LAST-ACK", "CLOSED"], picture.Server.TakeLast(2));
        Assert.Equal("TIME-WAIT", picture.Client[^1]);
    }

    private static string Transcript(string name) =>
        Section(name)[Section(name).IndexOf("<!-- transcript", StringComparison.Ordinal)..];

    private static string Section(string name)
    {
        string from = Text[Text.IndexOf($"\n### {name}\n", StringComparison.Ordinal)..];
        int next = from.IndexOf("\n### ", 5, StringComparison.Ordinal);
        return next < 0 ? from : from[..next];
    }

    private static List<string> Phases(string text, string side) =>
        [.. Line().Matches(text).Where(m => m.Groups["side"].Value == side).Select(m => m.Groups["phase"].Value)
            .Where(p => Enum.TryParse<ClosePhase>(p, out _))];

    // Skips the lines with a total ("in total"), because their order varies.
    [GeneratedRegex(@"^[\d ]{5} (?<side>client|server) +[A-Z0-9-]+ +(?<phase>\w+) (?!.* in total, )",
        RegexOptions.Multiline)]
    private static partial Regex Line();
}
