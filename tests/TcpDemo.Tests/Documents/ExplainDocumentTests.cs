using System.Text.RegularExpressions;
using SideBySide.Explaining.Resets;

namespace TcpDemo.Tests.Documents;

/// <summary>
/// docs/explain.md shows what the program prints, and explains each key of the JSON, each kind of reset and each
/// remark.
/// </summary>
[Trait("Tier", "Long")]
public sealed partial class ExplainDocumentTests
{
    private static readonly string Text = Repository.Document("docs/explain.md");

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task EachTranscriptIsWhatTheProgramPrints()
    {
        Match[] blocks = Block().Matches(Text).ToArray();
        Assert.Equal(3, blocks.Length);
        foreach (Match block in blocks)
        {
            Programs.Result run = await Programs.RunAsync(Programs.Ours("SideBySide"),
                ["explain", Path.Combine(Repository.Root, block.Groups["file"].Value)]);
            Assert.Equal((0, ""), (run.ExitCode, run.Errors));
            Assert.Equal(run.Output, block.Groups["text"].Value);
        }
    }

    [Fact]
    public void EachKindOfResetIsNamed() =>
        Assert.All(Enum.GetNames<ResetKind>(), kind
            => Assert.Contains($"`{Hyphenated().Replace(kind, "-$0").ToLowerInvariant()}`",
            Text, StringComparison.Ordinal));

    [Fact]
    public void EachRemarkAndEachKeyIsExplained()
    {
        string folder = Path.Combine(Repository.Root, "SideBySide", "Explaining");
        string[] remarks = [.. Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories).SelectMany(f
            => RemarkKind().Matches(File.ReadAllText(f)))
                .Select(m => m.Groups["kind"].Value)],
            keys = [.. Key().Matches(File.ReadAllText(Path.Combine(folder, "Reporting", "ExplanationJson.cs")))
                .Select(m => m.Groups["key"].Value)];
        Assert.True(remarks.Length >= 12 && keys.Length >= 25, $"{remarks.Length} remarks, {keys.Length} keys");
        Assert.All(remarks.Concat(keys), word => Assert.Contains($"`{word}`", Text, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"<!-- explain: (?<file>\S+) -->\n```text\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("(?<!^)[A-Z0-9]")]
    private static partial Regex Hyphenated();

    [GeneratedRegex("""new Remark\("(?<kind>[a-z-]+)""")]
    private static partial Regex RemarkKind();

    [GeneratedRegex("""\["(?<key>\w+)"\] =""")]
    private static partial Regex Key();
}
