namespace TcpDemo.Tests.Architecture;

/// <summary>No line of code, of a script or of a build file is longer than 120 characters.</summary>
public sealed class LineLengthTests
{
    private const int MaxLength = 120;

    // Documents are not checked, because a table or a link cannot be broken.
    private static readonly string[] Extensions =
        [".cs", ".c", ".sh", ".jq", ".yml", ".csproj", ".props", ".targets", ".runsettings", ".editorconfig"];

    // The folders whose scripts have no extension.
    private static readonly string[] ScriptFolders =
        [".ci", Path.Combine("tests", "gallery"), Path.Combine("tests", "relays")];

    [Fact]
    public void NoLineIsLongerThan120Characters()
    {
        string[] files = [.. Repository.Files().Where(IsWrittenByHand).Select(f => f.FullName)];
        Assert.All(
            [".ci/run", "tests/gallery/draw", "tests/relays/measure", "Directory.Build.props", ".editorconfig"],
            file => Assert.Contains(new FileInfo(Path.Combine(Repository.Root, file)).FullName, files));
        Assert.Empty(files.SelectMany(TooLong));
    }

    [Fact]
    public void TheTestCountsCharactersAndNotBytes()
    {
        using var folder = new TemporaryFolder();
        string file = folder / "a.cs";
        File.WriteAllText(file, new string('→', MaxLength) + "\n" + new string('x', MaxLength + 1) + "\n");
        Assert.EndsWith("a.cs:2: 121 characters", Assert.Single(TooLong(file)), StringComparison.Ordinal);
    }

    private static bool IsWrittenByHand(FileInfo file) =>
        Extensions.Contains(file.Extension)
        || (file.Extension == ""
            && ScriptFolders.Contains(Path.GetRelativePath(Repository.Root, file.DirectoryName!)));

    private static IEnumerable<string> TooLong(string file) =>
        from line in File.ReadLines(file).Select((text, index) => (text.Length, Number: index + 1))
        where line.Length > MaxLength
        select $"{Path.GetRelativePath(Repository.Root, file)}:{line.Number}: {line.Length} characters";
}
