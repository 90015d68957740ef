using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using TcpClose.Kernel;
using TcpClose.Scenarios;
using Xunit.Abstractions;

namespace TcpDemo.Tests.Endurance;

/// <summary>
/// Clients send random bytes and nearly valid requests, and end their connections in random ways. The server does not
/// crash or hang, and echoes everything that is not a request.
/// </summary>
[Trait("Tier", "Long")]
public sealed class RandomBytesTests(ITestOutputHelper output)
{
    private const int Clients = 16, MaxLength = 2048, Seed = 862;
    private const string Preamble = ScenarioRequest.Preamble;
    private static readonly TimeSpan Duration = EnduranceLevel.Of(TimeSpan.FromSeconds(8), TimeSpan.FromMinutes(10)),
        OneWait = EnduranceLevel.Limit;
    private static readonly string[] Words =
    [
        Preamble, "late-data", "server-first", "simultaneous", "full-close", "unread-data", "server-abort",
        "client-abort",
        "three-segments", "half-close", "idle", "frames", " hold=", "100ms", "0", "-1s", " bytes=", "1", "64KiB",
        "99999999999999999999",
        "00000000000000000000000000000000", "\n", "\r\n", "\0", "\e[31m", "=", " ", "\u00ff",
    ];

    private static readonly string[] Levels = ["debug", "warning"];

    private readonly long[] _connections = new long[Levels.Length], _echoed = new long[Levels.Length];

    [EnduranceFact]
    public async Task TheServerEchoesOrRejectsAndContinues()
    {
        // One server logs every event. The other logs only warnings, and so continues its calls on the event-loop
        // threads.
        await using ShellServer talking = await StartAsync(Levels[0]), quiet = await StartAsync(Levels[1]);
        ShellServer[] servers = [talking, quiet];
        Task<WrittenText>[] written = [.. servers.Select(s => WrittenText.ReadAsync(s.Output, "defect"))];
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => Task.Run(async () =>
        {
            for (var random = new Random(Seed + i); Stopwatch.GetElapsedTime(began) < Duration;)
            {
                int which = random.Next(servers.Length);
                await AttackAsync(servers[which], which, random);
            }
        })));

        ProcessMetrics[] after = await Task.WhenAll(servers.Select(GoesOnAsync));
        WrittenText[] logs = await Task.WhenAll(written).WithTimeout();
        Assert.All(logs, log => Assert.Empty(log.Bad));
        Assert.True(logs[0].Lines > _connections[0], $"{logs[0].Lines} log lines for {_connections[0]} connections");
        Assert.All(_echoed, count => Assert.True(count > 0));
        output.Row(
            $"random bytes at two servers for {Duration.TotalSeconds} s, one with every event, one with warnings only, "
                + $"seed {Seed}",
            $"{_connections[0]:N0} and {_connections[1]:N0} connections, {_echoed[0]:N0} and {_echoed[1]:N0} of them a "
                + "complete plain echo; no defect, no hang",
            $"{logs[0].Lines:N0} and {logs[1].Lines:N0} lines of log, no control character; after {after[0]}, and "
                + $"{after[1]}");
    }

    private static Task<ShellServer> StartAsync(string level) =>
        ShellServer.StartAsync($"exec EchoServer --think 0 --idle-timeout 1s --log-level {level}", read: false);

    private static async Task<ProcessMetrics> GoesOnAsync(ShellServer server)
    {
        Assert.False(server.HasEnded);
        await ProcessMetrics.NoConnectionAsync(server.EndPoint.Port);
        await Eventually.BecomesTrueAsync(() => EchoesAsync(server.EndPoint), () => "the server does not echo");
        ProcessMetrics after = ProcessMetrics.Of(server.Id);
        Programs.Result end = await server.StopAsync();
        Assert.Equal((0, ""), (end.ExitCode, end.Errors));
        return after;
    }

    // On a busy machine the server's idle time-out of 1 s may abort this client. Then the test tries again.
    private static async Task<bool> EchoesAsync(EndPoint server)
    {
        try
        {
            using Socket next = await Pair.ConnectAsync(server);
            Assert.Equal("next"u8.ToArray(), await next.EchoAsync("next"u8.ToArray()).WithTimeout());
            return true;
        }
        catch (SocketException late) when (SocketErrors.IsReset(late))
        {
            return false;
        }
    }

    private async Task AttackAsync(ShellServer server, int which, Random random)
    {
        byte[] bytes = AnyBytes(random);
        using Socket socket = await ClientPool.ConnectOneAsync(server.EndPoint, random.Next());
        Interlocked.Increment(ref _connections[which]);
        using var limit = new CancellationTokenSource(OneWait);
        try
        {
            for (int sent = 0; sent < bytes.Length;)
            {
                int part = random.Next(1, bytes.Length - sent + 1);
                await socket.SendAsync(bytes.AsMemory(sent, part), limit.Token);
                sent += part;
                if (random.Next(8) == 0) await Task.Delay(random.Next(20), limit.Token);
            }

            if (await EndsWholeAsync(socket, bytes, random.Next(8), limit.Token))
                Interlocked.Increment(ref _echoed[which]);
        }
        catch (SocketException e) when (SocketErrors.IsReset(e))
        {
            // A request may ask for a reset. A rejected request also causes one if the server does not read all of it.
        }
    }

    private static async Task<bool> EndsWholeAsync(Socket socket, byte[] bytes, int way, CancellationToken limit)
    {
        if (way == 0) socket.Abort();
        if (way <= 1) return false;
        if (way > 2) socket.Shutdown(SocketShutdown.Send);      // else the server's idle time-out ends it

        // In every case the server ends the connection.
        var reply = new MemoryStream();
        byte[] buffer = new byte[4096];
        while (reply.Length < 1024 * 1024 && await socket.ReceiveAsync(buffer, limit) is var count and > 0)
            reply.Write(buffer, 0, count);
        if (way <= 2 || bytes.AsSpan().StartsWith(Encoding.ASCII.GetBytes(Preamble))) return false;
        Assert.Equal(bytes, reply.ToArray());
        return true;
    }

    private static byte[] AnyBytes(Random random)
    {
        if (random.Next(2) == 0)
        {
            byte[] bytes = new byte[random.Next(1, MaxLength)];
            random.NextBytes(bytes);
            return bytes;
        }

        var request = new StringBuilder(random.Next(4) == 0 ? "" : Preamble);
        for (int words = random.Next(8); words >= 0; words--) request.Append(Words[random.Next(Words.Length)]);
        if (random.Next(2) == 0) request.Append('\n');
        return Encoding.Latin1.GetBytes(request.ToString());
    }
}
