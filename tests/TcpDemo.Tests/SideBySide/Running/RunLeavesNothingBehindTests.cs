using System.Diagnostics;
using SideBySide.Tracing;

namespace TcpDemo.Tests.SideBySide.Running;

/// <summary>
/// SideBySide leaves nothing behind when it is stopped. After a SIGKILL, the next run removes its kernel trace.
/// </summary>
[Trait("Tier", "Long")]
public sealed class RunLeavesNothingBehindTests
{
    private const string Instances = "/sys/kernel/tracing/instances";

    [ConditionalTheory(Needs.KernelTrace | Needs.PacketCapture | Needs.NetworkNamespace, "kill", "setsid",
        FaultLab.Nft)]
    [InlineData("--scenario", "simultaneous")]
    [InlineData("--lose", "last-ack:3")]
    [InlineData("--scenario", "idle")]
    public async Task StoppedAtAnyMomentItRemovesEverything(params string[] arguments)
    {
        foreach (int milliseconds in (int[])[50, 300, 700, 1100, 1600, 2200])
        {
            using TemporaryFolder folder = new();
            using Process run = Start(folder, arguments);
            string mark = run.StartInfo.Environment["TMPDIR"]!;
            using var delay = new CancellationTokenSource(milliseconds);
            await run.WaitForExitAsync(delay.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            int leader = run.Id;
            if (!run.HasExited) Programs.Signal(-leader, 2);        // like Ctrl+C: the whole process group
            await run.WaitForExitAsync().WithTimeout();
            Assert.True(run.ExitCode is 130 or 0,
                $"{run.ExitCode} after {milliseconds} ms: {await run.StandardError.ReadToEndAsync()}");

            Assert.Empty(Marked(mark));
            Assert.Empty(Directory.GetFileSystemEntries(mark));
            Assert.Empty(Traces(leader));
        }
    }

    [ConditionalFact(Needs.KernelTrace | Needs.PacketCapture | Needs.NetworkNamespace, "kill", "setsid", FaultLab.Nft)]
    public async Task AfterSigKillItsProcessesAndTemporaryFilesDisappearAndTheNextRunRemovesItsTrace()
    {
        using TemporaryFolder folder = new();
        using Process run = Start(folder, "--lose", "last-ack:3");
        string mark = run.StartInfo.Environment["TMPDIR"]!;
        await Eventually.BecomesTrueAsync(
            () => Marked(mark).Count(p => p.Contains("EchoClient", StringComparison.Ordinal)) == 1,
            () => string.Join('\n', Marked(mark)));
        Programs.Signal(run.Id, 9);
        await Eventually.BecomesTrueAsync(() => Marked(mark).Count == 0, () => string.Join('\n', Marked(mark)));
        Assert.Empty(Directory.GetFileSystemEntries(mark));

        using KernelTrace next = KernelTrace.Start(1);
        Assert.Empty(Traces(run.Id));
    }

    [ConditionalFact(Needs.PacketCapture | Needs.NetworkNamespace, "kill", "setsid")]
    public async Task KilledAtAnyMomentItLeavesNoTemporaryFile()
    {
        // A temporary file of tshark used to remain after some of these delays.
        foreach (int milliseconds in (int[])[900, 1000, 1100, 1200, 1300, 1400, 1500, 1600])
        {
            using TemporaryFolder folder = new();
            using Process run = Start(folder, "--scenario", "idle");
            string mark = run.StartInfo.Environment["TMPDIR"]!;
            await Task.Delay(milliseconds);
            Programs.Signal(run.Id, 9);
            await run.WaitForExitAsync().WithTimeout();
            await Eventually.BecomesTrueAsync(() => Marked(mark).Count == 0, () => string.Join('\n', Marked(mark)));
            Assert.Empty(Directory.GetFileSystemEntries(mark));
        }
    }

    // SideBySide's processes inherit TMPDIR. The test finds them by it.
    private static Process Start(TemporaryFolder folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("setsid",
            [Programs.Ours("SideBySide"), "--port", "0", "--capture", folder / "run.pcapng", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = Directory.CreateDirectory(folder / "temporary").FullName;
        start.Environment["DOTNET_EnableDiagnostics"] = "0";        // no sockets and pipes of the runtime in TMPDIR
        Process run = Process.Start(start)!;
        _ = run.StandardOutput.ReadToEndAsync();
        return run;
    }

    private static List<string> Marked(string mark) => MarkedProcesses.With("TMPDIR", mark);

    private static string[] Traces(int process) => Directory.GetDirectories(Instances, $"*-{process}-*");
}
