using System.Text.RegularExpressions;

namespace TcpDemo.Tests.Documents;

/// <summary>Every relative link in a document leads to an existing file, folder or heading.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Documents =>
    [
        "README.md", "CONTRIBUTING.md",
        .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Repository.Root, f).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void EveryLinkLeadsToAFileAndToAHeadingOfIt(string document)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        string text = WithoutCode(Repository.Document(document));
        foreach (Match link in Link().Matches(text))
        {
            string file = link.Groups["file"].Value, heading = link.Groups["heading"].Value;
            string target = file == "" ? Path.Combine(Repository.Root, document) : Path.Combine(folder, file);
            Assert.True(Path.Exists(target), $"{document}: {link.Value}");
            if (heading != "") Assert.Contains(heading, Headings(File.ReadAllText(target)));
        }
    }

    // The anchors that GitHub makes of headings.
    private static IEnumerable<string> Headings(string text) => Heading().Matches(WithoutCode(text)).Select(m =>
        NotInAnchor().Replace(m.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private static string WithoutCode(string text) => CodeBlock().Replace(text.ReplaceLineEndings("\n"), "");

    [GeneratedRegex(@"\]\((?!https?:)(?<file>[^)#\s]*)(?:#(?<heading>[^)\s]+))?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();

    [GeneratedRegex(@"^\s*```.*?^\s*```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
