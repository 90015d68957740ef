namespace TcpDemo.Tests.Infrastructure.Files;

/// <summary>A temporary folder, which Dispose deletes.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("tcpdemo-test-").FullName;

    /// <summary>The path of a file in it.</summary>
    public static string operator /(TemporaryFolder folder, string file) => Path.Combine(folder._path, file);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
