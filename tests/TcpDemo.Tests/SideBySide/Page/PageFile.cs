namespace TcpDemo.Tests.SideBySide.Page;

/// <summary>Writes the page of a real run.</summary>
internal static class PageFile
{
    /// <summary>The shell command of a relay that closes both directions after the first FIN.</summary>
    public static readonly string BrokenRelay = $"'{Programs.Ours("PathCheck")}' relay --listen {{listen}} "
        + "--to 127.0.0.1:{server} --fault full-close";

    /// <summary>Runs SideBySide, and returns the path of the page.</summary>
    public static async Task<string> WriteAsync(TemporaryFolder folder, params string[] arguments)
    {
        string file = folder / "run.html";
        Programs.Result run = await Programs.RunAsync(Programs.Ours("SideBySide"), [.. arguments, "--html", file]);
        Assert.Equal(("", arguments.Contains(BrokenRelay) ? 2 : 0), (run.Errors, run.ExitCode));
        return file;
    }
}
