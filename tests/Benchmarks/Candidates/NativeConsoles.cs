using Benchmarks.Running;
using SideBySide.Tools;

namespace Benchmarks.Candidates;

/// <summary>Publishes EchoServer and EchoClient as native files, from the source checkout.</summary>
internal static class NativeConsoles
{
    private static readonly TimeSpan PublishLimit = TimeSpan.FromMinutes(10);

    /// <summary>Publishes both consoles in <paramref name="folder"/>.</summary>
    /// <returns>The reason why it failed; null if it succeeded.</returns>
    public static async Task<string?> PublishAsync(string folder, CancellationToken stop)
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "TcpDemo.sln")))
            if (Path.GetDirectoryName(root) is { } parent) root = parent;
            else return "No native consoles: the source checkout, from which they are published, was not found";
        if (!ExternalTool.IsInstalled("dotnet"))
            return "No native consoles: dotnet, which publishes them, was not found on the PATH";

        foreach (string console in (string[])["EchoServer", "EchoClient"])
        {
            Programs.Result publish = await Programs.RunAsync(["dotnet", "publish", Path.Combine(root, console),
                "--artifacts-path", Path.Combine(folder, "artifacts"), "-o", folder, "--disable-build-servers"],
                PublishLimit, stop);
            if (publish.ExitCode != 0)
                return $"No native consoles: dotnet publish failed: {publish.Output.Split('\n')[^1]}";
        }

        return null;
    }
}
