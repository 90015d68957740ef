namespace TcpDemo.Tests.SideBySide.Running;

/// <summary>A missing program is reported in one sentence on standard error, with exit code 1.</summary>
[Trait("Tier", "Long")]
public sealed class MissingProgramTests
{
    [ConditionalTheory(Needs.Linux)]
    [InlineData("EchoServer", "half-close")]
    [InlineData("EchoClient", "half-close")]
    public async Task AMissingConsoleIsReportedInOneSentence(string missing, string scenario)
    {
        using TemporaryFolder folder = new();
        CopyPrograms(folder / "programs");
        string file = Path.Combine(folder / "programs", missing);
        File.Delete(file);
        Programs.Result run = await Programs.RunAsync(Path.Combine(folder / "programs", "SideBySide"),
            ["--port", "0", "--scenario", scenario]);
        Assert.Equal(
            $"SideBySide: {file} cannot be started (No such file or directory): build or publish SideBySide again, " +
            "which copies EchoServer and EchoClient next to it.\n", run.Errors);
        Assert.Equal(1, run.ExitCode);
    }

    [ConditionalFact(Needs.NetworkNamespace, "nft")]
    public async Task WithoutNsenterTheErrorNamesThePackageToInstall()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder / "bin");
        foreach (string program in (string[])["setsid", "unshare", "nft"])
            File.CreateSymbolicLink(Path.Combine(folder / "bin", program), await WhichAsync(program));
        Programs.Result run = await WithPathAsync(folder / "bin", ["--port", "0", "--lose", "fin"]);
        Assert.Equal("SideBySide: --lose needs nsenter: install it (Debian: apt install util-linux).\n", run.Errors);
        Assert.Equal(("", 1), (run.Output, run.ExitCode));
    }

    private static async Task<string> WhichAsync(string program) =>
        (await Programs.ShellAsync($"command -v {program}")).Output.Trim();

    private static Task<Programs.Result> WithPathAsync(string path, string[] arguments) =>
        Programs.RunAsync("env", [$"PATH={path}", Programs.Ours("SideBySide"), .. arguments]);

    private static void CopyPrograms(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.GetFiles(AppContext.BaseDirectory))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
    }
}
