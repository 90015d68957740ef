using Xunit.Abstractions;

namespace TcpDemo.Tests.Endurance;

/// <summary>
/// If writing the log fails or blocks, the server serves and stops normally, and its memory does not grow.
/// </summary>
[Trait("Tier", "Long")]
public sealed class LogOutputFailsTests(ITestOutputHelper output)
{
    private const int MaxGrowthKiB = 64 * 1024;
    private static readonly int Connections = EnduranceLevel.Of(2_000, 50_000);

    [EnduranceFact]
    public Task AFullDiskLosesLinesAndNoConnections() =>
        ServesAsync("a full disk (/dev/full)", "exec EchoServer --think 0 > /dev/full");

    [EnduranceFact]
    public Task AReadOnlyFileLosesLinesAndNoConnections() =>
        ServesAsync("a file that is open for reading only", "exec EchoServer --think 0 1< /dev/null");

    [EnduranceFact(Needs.Linux, "head")]
    public Task AClosedPipeLosesLinesAndNoConnections() =>
        ServesAsync("a closed pipe", "exec EchoServer --think 0 > >(head -1)");

    [EnduranceFact]
    public Task APipeWithoutAReaderLosesLinesAndNoConnections() =>
        ServesAsync("a pipe that is not read", "exec EchoServer --think 0", read: false);

    [EnduranceFact(Needs.NetworkNamespace, "unshare", "mount")]
    public async Task TheLogContinuesWhenAFullDiskHasRoomAgain()
    {
        const int Size = 64 * 1024;
        string unshare = Environment.IsPrivilegedProcess ? "unshare -m" : "unshare -rm";
        using TemporaryFolder folder = new();
        await using ShellServer server = await ShellServer.StartAsync(
            $"exec {unshare} bash -c 'mount -t tmpfs -o size={Size} none {folder / ""} && exec EchoServer --think 0 >> "
                + $"{folder / "log"}'");
        string log = $"/proc/{server.Id}/root{folder / "log"}";
        await EchoAsync(server, 500);
        await Eventually.BecomesTrueAsync(() => new FileInfo(log).Length == Size,
            () => $"{new FileInfo(log).Length} bytes of log");
        await EchoAsync(server, 500);

        await File.WriteAllTextAsync(log, "");
        await EchoAsync(server, 10);
        await Eventually.BecomesTrueAsync(() => File.ReadAllText(log).Contains("SocketClosed",
            StringComparison.Ordinal));
        Programs.Result end = await server.StopAsync();
        Assert.Equal((0, ""), (end.ExitCode, end.Errors));
        output.Row(
            $"standard output to a disk of {Size / 1024} KiB that becomes full",
            "all served; with room again the log goes on",
            "exit code 0");
    }

    private async Task ServesAsync(string where, string line, bool read = true)
    {
        await using ShellServer server = await ShellServer.StartAsync(line, read);
        await EchoAsync(server, 100);
        ProcessMetrics before = ProcessMetrics.Of(server.Id);
        await EchoAsync(server, Connections);
        await ProcessMetrics.NoConnectionAsync(server.EndPoint.Port);
        ProcessMetrics after = ProcessMetrics.Of(server.Id);
        Assert.InRange(after.ResidentKiB, 0, before.ResidentKiB + MaxGrowthKiB);
        Programs.Result end = await server.StopAsync();
        Assert.Equal((0, ""), (end.ExitCode, end.Errors));
        output.Row(
            $"standard output to {where}",
            $"{Connections:N0} connections, all served, exit code 0",
            $"before {before}; after {after}");
    }

    private static async Task EchoAsync(ShellServer server, int connections)
    {
        for (int left = connections; left > 0; left -= 100)
        {
            using ClientPool pool = await ClientPool.ConnectAsync(server.EndPoint, Math.Min(left, 100));
            Assert.All(await pool.EachAsync((c, _) => c.EchoAsync("still there?"u8.ToArray())).WithTimeout(),
                e => Assert.Equal("still there?"u8.ToArray(), e));
        }
    }
}
