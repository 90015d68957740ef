using System.Globalization;
using Xunit.Abstractions;

namespace TcpDemo.Tests.Endurance;

/// <summary>Thousands of clients send and never read: the server needs only one buffer for each.</summary>
[Collection(nameof(NonParallel))]
[Trait("Tier", "Long")]
public sealed class StuckReadersTests(ITestOutputHelper output)
{
    private const int Window = 64 * 1024, Segment = 1460, Block = 64 * 1024, MaxBlocks = 64;

    /// <summary>The memory of an EchoServer, and what each reader may add.</summary>
    private const long ProcessKiB = 64 * 1024, ReaderKiB = 40;

    private static readonly int Readers = EnduranceLevel.Of(1_000, 5_000);
    private static readonly long MaxKiB = ProcessKiB + (Readers * ReaderKiB);

    [EnduranceFact]
    public async Task TheProcessDoesNotGrowBeyondABufferForEachClient()
    {
        await using ShellServer server = await ShellServer.StartAsync("exec EchoServer --think 0 --log-level warning");
        ProcessMetrics before = ProcessMetrics.Of(server.Id);

        // With loopback's segments of 64 KiB the server's kernel would buffer megabytes for each client.
        using ClientPool pool = await ClientPool.ConnectAsync(server.EndPoint, Readers, client =>
        {
            const int Tcp = 6, TcpMaxSegment = 2;
            client.SetRawSocketOption(Tcp, TcpMaxSegment, BitConverter.GetBytes(Segment));
            client.ReceiveBufferSize = Window;
        });
        pool.Each(c => c.Blocking = false);
        int blocks = await FillAsync(pool, server.EndPoint.Port);
        ProcessMetrics stuck = ProcessMetrics.Of(server.Id);
        long kernelKiB = KernelKiB();
        Assert.InRange(stuck.ResidentKiB, before.ResidentKiB, MaxKiB);

        // The stuck clients do not delay other clients.
        using ClientPool bystanders = await ClientPool.ConnectAsync(server.EndPoint, 100);
        Assert.All(await bystanders.EachAsync((c, _) => c.EchoAsync("other"u8.ToArray())).InTime(),
            e => Assert.Equal("other"u8.ToArray(), e));
        pool.Each(c => c.Abort());
        await ProcessMetrics.NoConnectionAsync(server.EndPoint.Port);
        await Eventually.BecomesTrueAsync(() => ProcessMetrics.Of(server.Id).Descriptors <= before.Descriptors + 8);
        ProcessMetrics after = ProcessMetrics.Of(server.Id);
        Programs.Result end = await server.StopAsync();
        Assert.Equal((0, ""), (end.ExitCode, end.Errors));
        output.Row(
            $"{Readers:N0} clients that never read, with receive windows of {Window / 1024} KiB; each sends at most "
                + $"{blocks * Block / 1024} KiB",
            $"{(stuck.ResidentKiB - before.ResidentKiB) / (double)Readers:0.0} KiB a connection; the process stays "
                + $"below the bound of {MaxKiB / 1024} MiB; the kernel holds {kernelKiB / Readers} KiB a connection "
                + "(both ends)",
            $"before {before}; stuck {stuck}; after {after}");
    }

    // "TCP: inuse 24 orphan 0 tw 485 alloc 24 mem 9582": mem is in pages and covers all sockets of the machine.
    private static long KernelKiB()
    {
        string[] tcp = File.ReadLines("/proc/net/sockstat")
            .First(l => l.StartsWith("TCP:", StringComparison.Ordinal)).Split(' ');
        return long.Parse(tcp[^1], CultureInfo.InvariantCulture) * Environment.SystemPageSize / 1024;
    }

    // Sends nothing more on a stuck connection. It would take memory from the other connections, because all share the
    // memory of the kernel's buffers. A connection is stuck if the server's kernel holds unread bytes.
    private static async Task<int> FillAsync(ClientPool pool, int port)
    {
        byte[] block = new byte[Block];
        HashSet<string> stuck = [];
        int rounds = 0;
        for (; stuck.Count < pool.Count; rounds++)
        {
            Assert.True(rounds < MaxBlocks, $"{stuck.Count} of {pool.Count} are stuck after {rounds} blocks");
            pool.Each(c =>
            {
                if (!stuck.Contains($"{c.LocalEndPoint}")) c.Send(block, System.Net.Sockets.SocketFlags.None, out _);
            });
            HashSet<string> last = [];
            await Eventually.BecomesTrueAsync(async () =>
            {
                HashSet<string> now = [.. (await ProcessMetrics.RowsAsync(port))
                    .Where(r => r[3].EndsWith($":{port}", StringComparison.Ordinal) && r[1] != "0").Select(r => r[4])];
                bool still = now.SetEquals(last);
                last = now;
                return still;
            });
            stuck = last;
        }

        return rounds;
    }
}
