using System.Net.Sockets;
using System.Security.Cryptography;
using TcpClose.Events;
using TcpClose.Scenarios;

namespace TcpDemo.Tests;

/// <summary>A connection that carries an id is remembered: what came, when, and how it ended. Asking for that takes no FIN.</summary>
[Trait("Tier", "Long")]
public sealed class ConnectionRecordTests
{
    private readonly ConnectionId _id = ConnectionId.Next();

    [Fact]
    public async Task OfAnEchoTheServerKnowsTheBytesTheirDigestAndTheFin()
    {
        await using RunningServer server = await RunningServer.StartAsync(new() { Think = TimeSpan.FromSeconds(30) });
        using Socket client = await server.ConnectAsync();
        await client.SendAsync($"TCPCLOSE/1 half-close id={_id}\nhello service");

        // An echo that is asked for does not think.
        Assert.Equal("hello service", await client.ReceiveAsync());
        ConnectionReport open = await AskAsync(server, s => s.Bytes == 13);
        Assert.Equal((ConnectionReport.Open, null), (open.End, open.Fin));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("hello service"u8)), open.Sha256);

        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await client.ReceiveAsync());
        ConnectionReport saw = await AskAsync(server, s => s.End != ConnectionReport.Open);
        Assert.Equal(open with { End = ConnectionReport.Normal, Fin = saw.Fin }, saw);
        Assert.InRange(saw.Fin!.Value, saw.Last!.Value, (long)Eventually.Limit.TotalMicroseconds);
    }

    [Fact]
    public async Task AClientsResetIsOneAndNoFin()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        Socket client = await server.ConnectAsync();
        await client.SendAsync($"TCPCLOSE/1 client-abort id={_id}\n");
        await AskAsync(server, s => s.End == ConnectionReport.Open);
        client.Abort();
        ConnectionReport saw = await AskAsync(server, s => s.End != ConnectionReport.Open);
        Assert.Equal((ConnectionReport.WasReset, null, null), (saw.End, saw.Fin, saw.Aborted));
        Assert.NotNull(saw.Reset);
    }

    [Fact]
    public async Task AnAbortOfTheServersOwnIsNoReset()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Socket client = await server.ConnectAsync();
        await client.SendAsync($"TCPCLOSE/1 server-abort id={_id}\n");
        ConnectionReport saw = await AskAsync(server, s => s.End is not (ConnectionReport.Open or ConnectionReport.Unknown));
        Assert.Equal((ConnectionReport.WasAborted, null, null), (saw.End, saw.Fin, saw.Reset));
        Assert.NotNull(saw.Aborted);
    }

    [ConditionalFact]
    public async Task AResetThatComesDuringAHoldEndsTheHold()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        Socket client = await server.ConnectAsync();
        await client.SendAsync($"TCPCLOSE/1 late-data hold=10m bytes=5 id={_id}\n");
        client.Shutdown(SocketShutdown.Send);
        await AskAsync(server, s => s.Fin is not null);
        client.Abort();
        ConnectionReport saw = await AskAsync(server, s => s.Reset is not null && s.End != ConnectionReport.Open);
        Assert.Equal(ConnectionReport.WasReset, saw.End);
        Assert.True(saw.Reset >= saw.Fin);
    }

    [Fact]
    public async Task TheFirstConnectionWithAnIdKeepsIt()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        Assert.Equal("first", await server.EchoAsync($"TCPCLOSE/1 half-close id={_id}\nfirst"));
        await AskAsync(server, s => s.End == ConnectionReport.Normal);
        ConnectionReport first = await AskAsync(server, _ => true);
        Assert.Equal("the second", await server.EchoAsync($"TCPCLOSE/1 half-close id={_id}\nthe second"));

        // And it is said that there were several: a relay that tries again is not mistaken for one that loses data.
        Assert.Equal(first with { End = ConnectionReport.Several }, await AskAsync(server, _ => true));
        Assert.Equal(5, first.Bytes);
    }

    [Fact]
    public async Task ConnectionsWithoutAByteAreCountedByHowTheyEnd()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Socket finisher = await server.ConnectAsync();
        finisher.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await finisher.ReceiveAsync());
        (await server.ConnectAsync()).Abort();
        (await server.ConnectAsync()).Abort();
        ServerInfo hello = new("", 0, 0, 0);
        await Eventually.BecomesTrueAsync(async () => (hello = ServerInfo.Parse(await LineAsync(server, "TCPCLOSE/1 hello\n"))!) is { LoneFins: 1, LoneResets: 2 }, () => $"{hello}");
        Assert.Matches($"^{Repository.Version}$", hello.Version);
    }

    [Fact]
    public async Task AnswersComeWithoutAFinAndEndWithALineFeed()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        foreach (string question in (string[])["hello", $"saw id={_id}"])
        {
            using Socket client = await server.ConnectAsync();
            await client.SendAsync($"TCPCLOSE/1 {question}\n");
            string answer = await client.ReceiveAsync();
            Assert.StartsWith($"TCPCLOSE/1 {question.Split(' ')[0]} ", answer, StringComparison.Ordinal);
            Assert.Equal(answer.Length - 1, answer.IndexOf('\n', StringComparison.Ordinal));
            Assert.Equal("", await client.ReceiveAsync());
        }

        Assert.Equal(ConnectionReport.Nothing(_id), await AskAsync(server, _ => true));
    }

    [Fact]
    public async Task EchoOnlyAnswersNothing()
    {
        await using RunningServer server = await RunningServer.StartAsync(new() { Think = TimeSpan.Zero, EchoOnly = true });
        Assert.Equal("TCPCLOSE/1 hello\n", await server.EchoAsync("TCPCLOSE/1 hello\n"));
        Assert.Equal($"TCPCLOSE/1 saw id={_id}\n", await server.EchoAsync($"TCPCLOSE/1 saw id={_id}\n"));
    }

    private async Task<ConnectionReport> AskAsync(RunningServer server, Func<ConnectionReport, bool> enough)
    {
        ConnectionReport? saw = null;
        await Eventually.BecomesTrueAsync(async () => enough((saw = ConnectionReport.Parse(await LineAsync(server, $"TCPCLOSE/1 saw id={_id}\n")))!), () => $"{saw}");
        return saw!;
    }

    // Without its line feed.
    private static async Task<byte[]> LineAsync(RunningServer server, string question)
    {
        using Socket client = await server.ConnectAsync();
        await client.SendAsync(question);
        return Encoding.ASCII.GetBytes((await client.ReceiveAsync()).TrimEnd('\n'));
    }
}
