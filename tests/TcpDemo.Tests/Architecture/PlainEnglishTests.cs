using System.Text.RegularExpressions;

namespace TcpDemo.Tests.Architecture;

/// <summary>No document, comment, script or string of a program contains a word of <c>plain-english.tsv</c>.</summary>
public sealed partial class PlainEnglishTests
{
    private static readonly string Words =
        Path.Combine(Repository.Root, "tests", "TcpDemo.Tests", "Architecture", "plain-english.tsv");

    private static readonly string[] Extensions =
        [".cs", ".md", ".yml", ".csproj", ".props", ".runsettings", ".c", ".jq", ".sh", ".js", ".css", ".html", ""];

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
    [InlineData("Write(\"\"\"\n    nothing is lost all the same\n    \"\"\");", true)]
    [InlineData("Write(\"\"\"\n    nothing is lost\n    \"\"\");\nint somebody = 1;", false)]
    public void CommentsAndStringsAreCheckedAndCodeIsNot(string line, bool isRejected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder / "a.cs", line + "\n");
        Assert.Equal(isRejected, Violations(folder / "a.cs").Any());
    }

    private static bool IsText(FileInfo file) => Extensions.Contains(file.Extension)
        && file.Name is not ("LICENSE" or nameof(PlainEnglishTests) + ".cs");

    private static IEnumerable<string> Violations(string file)
    {
        bool isCSharp = Path.GetExtension(file) == ".cs", isInRawString = false;
        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            if (RawStringQuotes().Count(line) % 2 == 1) isInRawString = !isInRawString;
            string prose = isCSharp && !isInRawString ? CommentsAndStrings(line) : line;
            foreach ((Regex bad, string instead, Regex? allowed) in Rules)
                if (allowed?.IsMatch(line) != true && bad.IsMatch(prose))
                    yield return $"{file}:{number}: {bad} ({instead}): {line.Trim()}";
        }
    }

    private static string CommentsAndStrings(string line) =>
        string.Join(' ', CommentOrString().Matches(line).Select(m => m.Value));

    private static Regex Expression(string pattern) => new(pattern, RegexOptions.IgnoreCase);

    [GeneratedRegex(@"//.*|""(?:[^""\\]|\\.)*""")]
    private static partial Regex CommentOrString();

    [GeneratedRegex(@"""{3,}")]
    private static partial Regex RawStringQuotes();
}
