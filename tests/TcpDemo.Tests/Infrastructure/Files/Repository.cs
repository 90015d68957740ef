namespace TcpDemo.Tests.Infrastructure.Files;

/// <summary>The checkout that the tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>A version: the commit follows where the build was made in a git checkout.</summary>
    public const string Version = @"1\.0\.0(\+[0-9a-f]{7})?";

    /// <summary>The catalogue of closes.</summary>
    public static string Closes => File.ReadAllText(Path.Combine(Root, "docs", "closes.md")).ReplaceLineEndings("\n");

    /// <summary>One of the pictures in the documentation.</summary>
    public static string Picture(string name) => Path.Combine(Root, "docs", "pictures", name + ".svg");

    private static string Find()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "TcpDemo.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
