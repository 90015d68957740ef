using System.Text.RegularExpressions;

namespace TcpDemo.Tests.Architecture;

/// <summary>
/// No text that a person reads contains a word of <c>plain-english.tsv</c>: documents, comments, scripts and the
/// strings of programs.
/// </summary>
public sealed partial class PlainEnglishTests
{
    private static readonly string Words =
        Path.Combine(Repository.Root, "tests", "TcpDemo.Tests", "Architecture", "plain-english.tsv");

    private static readonly string[] Extensions =
        [".cs", ".md", ".yml", ".csproj", ".props", ".runsettings", ".c", ".jq", ".sh", ""];

    private static readonly (Regex Bad, string Instead, Regex? Allowed)[] Rules =
        [.. File.ReadLines(Words).Where(l => !l.StartsWith('#')).Select(l => l.Split('\t')).Select(columns =>
            (Expression(columns[0]), columns[1], columns[2] == "" ? null : Expression(columns[2])))];

    [Fact]
    public void NoTextNeedsToBeReadTwice()
    {
        string[] files = [.. Repository.Files().Where(IsText).Select(f => f.FullName)];
        Assert.True(files.Length > 300, $"only {files.Length} files were found");
        Assert.Empty(files.SelectMany(Violations));
    }

    [Theory]
    [InlineData("// So many connections it serves at a time.", true)]
    [InlineData("int somebody = 1;", false)]
    [InlineData("Console.WriteLine(\"nothing is lost all the same\");", true)]
    [InlineData("bool saw = true;     // The peer sent a FIN.", false)]
    public void CommentsAndStringsAreCheckedAndCodeIsNot(string line, bool isRejected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder / "a.cs", line + "\n");
        Assert.Equal(isRejected, Violations(folder / "a.cs").Any());
    }

    private static bool IsText(FileInfo file) => Extensions.Contains(file.Extension)
        && file.Name is not ("LICENSE" or nameof(PlainEnglishTests) + ".cs");

    private static IEnumerable<string> Violations(string file) =>
        File.ReadLines(file).Select((line, i) => (Line: line, Number: i + 1))
            .SelectMany(l => Rules.Where(r => r.Allowed?.IsMatch(l.Line) != true && r.Bad.IsMatch(Prose(file, l.Line)))
                .Select(r => $"{file}:{l.Number}: {r.Bad} ({r.Instead}): {l.Line.Trim()}"));

    // Returns the comments and the strings of a line of C#, and the whole line of any other file.
    private static string Prose(string file, string line) => Path.GetExtension(file) == ".cs"
        ? string.Join(' ', CommentOrString().Matches(line).Select(m => m.Value))
        : line;

    private static Regex Expression(string pattern) => new(pattern, RegexOptions.IgnoreCase);

    [GeneratedRegex(@"//.*|""(?:[^""\\]|\\.)*""")]
    private static partial Regex CommentOrString();
}
