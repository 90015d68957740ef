using System.Runtime.Versioning;
using SideBySide.Tools;

namespace TcpDemo.Tests.SideBySide.Tools;

/// <summary>
/// SideBySide checks its output files before the run, and writes into an existing file instead of replacing it.
/// </summary>
[Trait("Tier", "Long")]
public sealed class OutputFileTests
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [ConditionalTheory(Needs.Linux)]
    [InlineData("--svg", "/dev/null", "is not a regular file: use a file on a disk")]
    [InlineData("--capture", "/dev/full", "is not a regular file: use a file on a disk")]
    [InlineData("--timeline", "{folder}", "is a folder: use a file")]
    [InlineData("--timeline", "{folder}/pipe", "is not a regular file: use a file on a disk")]
    [InlineData("--svg", "{folder}/no/such/folder.svg", "cannot be written: use a file in a folder that exists")]
    [InlineData("--svg", "{folder}/dangling", "cannot be written: use a file in a folder that exists")]
    [InlineData("--capture", "/proc/sys/file", "cannot be written")]
    public async Task AFileThatCannotBeWrittenIsRefusedBeforeTheRun(string option, string path, string why)
    {
        using TemporaryFolder folder = new();
        File.CreateSymbolicLink(folder / "dangling", folder / "gone/file");
        await Programs.ShellAsync($"mkfifo '{folder / "pipe"}'");
        string file = path.Replace("{folder}", (folder / "x")[..^2], StringComparison.Ordinal);
        Programs.Result run = await Programs.RunAsync(Programs.Ours("SideBySide"), ["--port", "0", option, file]);
        Assert.StartsWith($"SideBySide: {option} ", run.Errors, StringComparison.Ordinal);
        Assert.Contains(why, run.Errors, StringComparison.Ordinal);
        Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(("", 1), (run.Output, run.ExitCode));
    }

    [ConditionalTheory(Needs.Linux)]
    [InlineData("same", "./same")]
    [InlineData("same", "link")]
    [InlineData("new", "folder/../new")]
    [InlineData("new", "folder/new")]
    public async Task TwoOptionsForOneFileAreRefused(string first, string second)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder / "same", "");
        File.CreateSymbolicLink(folder / "link", "same");
        File.CreateSymbolicLink(folder / "folder", ".");
        Programs.Result run = await Programs.RunAsync(Programs.Ours("SideBySide"),
            ["--port", "0", "--svg", folder / first, "--timeline", folder / second]);
        Assert.Equal("SideBySide: --svg and --timeline name the same file: use each a file of its own. See --help.\n",
            run.Errors);
        Assert.Equal(("", 1), (run.Output, run.ExitCode));
    }

    [UnsupportedOSPlatform("windows")]
    [ConditionalFact(Needs.PacketCapture | Needs.NetworkNamespace)]
    public async Task AnExistingFileKeepsItsModeAndItsLink()
    {
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["capture", "svg", "timeline"])
        {
            await File.WriteAllTextAsync(folder / name, new string('x', 100_000));
            File.SetUnixFileMode(folder / name, Private);
            File.CreateSymbolicLink(folder / $"{name}-link", name);
        }

        Programs.Result run = await Programs.RunAsync(Programs.Ours("SideBySide"),
            ["--port", "0", "--capture", folder / "capture-link", "--svg", folder / "svg-link", "--timeline",
                folder / "timeline-link"]);
        Assert.Equal(("", 0), (run.Errors, run.ExitCode));
        foreach (string name in (string[])["capture", "svg", "timeline"])
        {
            Assert.Equal(Private, File.GetUnixFileMode(folder / name));
            Assert.InRange(new FileInfo(folder / name).Length, 500, 50_000);
            Assert.Equal(name, new FileInfo(folder / $"{name}-link").LinkTarget);
        }
    }

    [Fact]
    public void TheCheckLeavesNoFileAndNoChange()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder / "old", "text");
        Assert.Null(OutputFile.DescribeProblem(folder / "old"));
        Assert.Null(OutputFile.DescribeProblem(folder / "new"));
        Assert.Equal("text", File.ReadAllText(folder / "old"));
        Assert.False(File.Exists(folder / "new"));
    }
}
