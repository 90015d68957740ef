using System.Text.Json;
using System.Text.RegularExpressions;
using SideBySide.Faults;
using SideBySide.Timeline;
using TcpClose.Events;
using TcpClose.Scenarios;

namespace TcpDemo.Tests.Documents;

/// <summary>
/// docs/gallery.md has a picture, a sentence, a question and an answer for every scenario and every segment that can be
/// lost.
/// </summary>
public sealed partial class GalleryTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "gallery.md"))
        .ReplaceLineEndings("\n");

    private static readonly JsonElement[] Questions = [.. JsonDocument.Parse(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "gallery", "questions.json"))).RootElement
        .EnumerateArray()];

    public static TheoryData<string> Scenarios => [.. ScenarioTable.All.Select(s => s.Name)];

    public static TheoryData<string> Losses => [.. DropOption.Names];

    [Fact]
    public void ThePageHasEveryScenarioAndEveryLossInTheOrderOfTheirTables() =>
        Assert.Equal([.. ScenarioTable.All.Select(s => s.Name), .. DropOption.Names],
            Heading().Matches(Text).Select(m => m.Groups[1].Value));

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void AScenarioHasTheSentenceOfTheTableAndAPictureOfWhatItDemonstrates(string name)
    {
        Scenario scenario = ScenarioTable.Find(name);
        Assert.StartsWith($"{char.ToUpperInvariant(scenario.Sentence[0])}{scenario.Sentence[1..]}. ", Entry(name),
            StringComparison.Ordinal);
        ParsedLadder picture = Picture(name);
        CloseSequence form = Assert.Single(picture.FormsOf(scenario));
        Assert.Equal(scenario.Expected, form);
        Assert.Equal((form.TimeWait.Contains(Side.Client), form.TimeWait.Contains(Side.Server)),
            (picture.Client is [.., "TIME-WAIT"], picture.Server is [.., "TIME-WAIT"]));
        Assert.DoesNotContain(picture.Segments, s => s.IsLost || s.Segment.IsRetransmission);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void ALossHasAPictureInWhichThatSegmentIsLostAndTheCloseIsStillNormal(string name)
    {
        ParsedLadder picture = Picture(name);
        SegmentEvent lost = Assert.Single(picture.Segments, s => s.IsLost);
        Assert.Same(lost, Assert.Single(SegmentKinds.Parse(name)!.Value.Among(picture.Segments, 1)));
        Assert.True(WireSummary.IsOver(picture.Segments));
        Assert.DoesNotContain(picture.Segments, s => s.Has("RST"));
        Assert.Equal(("TIME-WAIT", "CLOSED"), (picture.Client[^1], picture.Server[^1]));
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    [MemberData(nameof(Losses))]
    public void AnEntryHasItsPictureAndItsQuestionAndTheAnswerIsFoldedAway(string name)
    {
        JsonElement row = Assert.Single(Questions, q =>
            (q.TryGetProperty("scenario", out JsonElement key) || q.TryGetProperty("lose", out key))
            && key.GetString() == name);
        string sentence = row.TryGetProperty("sentence", out JsonElement given) ? given.GetString()! : "";
        Assert.StartsWith(sentence, Entry(name), StringComparison.Ordinal);
        Assert.EndsWith($"](pictures/gallery/{name}.svg) **{row.GetProperty("question").GetString()}** "
            + $"<details><summary>Answer</summary> {row.GetProperty("answer").GetString()} </details>", Entry(name),
            StringComparison.Ordinal);
    }

    private static ParsedLadder Picture(string name) => ParsedLadder.FromSvg(Repository.Picture($"gallery/{name}"));

    // The text after a heading, joined into one line.
    private static string Entry(string name)
    {
        string from = Text[(Text.IndexOf($"\n### {name}\n", StringComparison.Ordinal) + $"\n### {name}\n".Length)..];
        int next = from.IndexOf("\n##", StringComparison.Ordinal);
        return Space().Replace(next < 0 ? from : from[..next], " ").Trim();
    }

    [GeneratedRegex(@"^### ([\w-]+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
