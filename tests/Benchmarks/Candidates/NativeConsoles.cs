using Benchmarks.Running;
using SideBySide.Tools;

namespace Benchmarks.Candidates;

/// <summary>Both consoles as native files, published from this checkout.</summary>
internal static class NativeConsoles
{
    private static readonly TimeSpan PublishLimit = TimeSpan.FromMinutes(10);

    /// <summary>Publishes both consoles.</summary>
    /// <param name="folder">The folder that takes them. Nothing in the checkout changes.</param>
    /// <param name="stop">Ends the publishing.</param>
    /// <returns>Why there are none; null if there are.</returns>
    public static async Task<string?> PublishAsync(string folder, CancellationToken stop)
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "TcpDemo.sln")))
            if (Path.GetDirectoryName(root) is { } parent) root = parent;
            else return "No native consoles: the checkout that they are published from was not found";
        if (!ExternalTool.IsInstalled("dotnet"))
            return "No native consoles: the program dotnet, which publishes them, is not on the path";

        foreach (string console in (string[])["EchoServer", "EchoClient"])
        {
            Programs.Result publish = await Programs.RunAsync(["dotnet", "publish", Path.Combine(root, console),
                "--artifacts-path", Path.Combine(folder, "artifacts"), "-o", folder, "--disable-build-servers"],
                PublishLimit, stop);
            if (publish.ExitCode != 0)
                return $"No native consoles: dotnet publish fails: {publish.Output.Split('\n')[^1]}";
        }

        return null;
    }
}
