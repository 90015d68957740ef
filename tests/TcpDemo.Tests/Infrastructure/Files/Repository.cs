namespace TcpDemo.Tests.Infrastructure.Files;

/// <summary>The checkout that the tests were built from.</summary>
public static class Repository
{
    // The folders are searched, because a source archive has no git repository to ask for its files.
    private static readonly string[] IgnoredFolders = [".git", ".vs", ".idea", "bin", "obj", "TestResults"];

    public static string Root { get; } = Find();

    /// <summary>The pattern of a version; a build in a git checkout includes the commit.</summary>
    public const string Version = @"1\.0\.0(\+[0-9a-f]{7})?";

    /// <summary>The text of docs/closes.md.</summary>
    public static string Closes => Document("docs/closes.md");

    /// <summary>The text of a document, by its path from the top folder, with LF as the line ending.</summary>
    public static string Document(string path) =>
        File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

    /// <summary>The path of a picture in the documentation.</summary>
    public static string Picture(string name) => Path.Combine(Root, "docs", "pictures", name + ".svg");

    /// <summary>The files of the checkout, except those in the ignored folders.</summary>
    public static IEnumerable<FileInfo> Files() => Files(new DirectoryInfo(Root));

    private static IEnumerable<FileInfo> Files(DirectoryInfo folder) =>
        folder.EnumerateFiles()
            .Concat(folder.EnumerateDirectories().Where(d => !IgnoredFolders.Contains(d.Name)).SelectMany(Files));

    private static string Find()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "TcpDemo.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
