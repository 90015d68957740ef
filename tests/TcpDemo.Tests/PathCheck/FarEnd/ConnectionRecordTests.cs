using System.IO.Hashing;
using System.Net.Sockets;
using PathCheck.Checks;
using PathCheck.Protocol;

namespace TcpDemo.Tests.PathCheck.FarEnd;

/// <summary>
/// For each connection with an id, the far end records the arrival of the bytes, and how the connection ends.
/// </summary>
[Trait("Tier", "Long")]
public sealed class ConnectionRecordTests
{
    private readonly ConnectionId _id = ConnectionId.Next();

    [Fact]
    public async Task TheRecordOfAnEchoHasTheBytesTheirDigestAndTheFin()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        using Socket client = await server.ConnectAsync();
        await client.SendAsync($"PATHCHECK/1 both-at-once id={_id}\nhello service");

        // The far end echoes without simulating work first.
        Assert.Equal("hello service", await client.ReceiveAsync());
        ConnectionReport open = await AskAsync(server, s => s.Bytes == 13);
        Assert.Equal((ReportedEnd.Open, null), (open.End, open.Fin));
        Assert.Equal(Convert.ToHexStringLower(XxHash128.Hash("hello service"u8)), open.Digest);

        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await client.ReceiveAsync());
        ConnectionReport saw = await AskAsync(server, s => s.End != ReportedEnd.Open);
        Assert.Equal(open with { End = ReportedEnd.Fin, Fin = saw.Fin }, saw);
        Assert.InRange(saw.Fin!.Value, saw.Last!.Value, (long)Eventually.Limit.TotalMicroseconds);
    }

    [Fact]
    public async Task AClientsResetIsReportedAsAResetAndNotAsAFin()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        Socket client = await server.ConnectAsync();
        await client.SendAsync($"PATHCHECK/1 client-reset id={_id}\n");
        await AskAsync(server, s => s.End == ReportedEnd.Open);
        client.Abort();
        ConnectionReport saw = await AskAsync(server, s => s.End != ReportedEnd.Open);
        Assert.Equal((ReportedEnd.Reset, null, null), (saw.End, saw.Fin, saw.Aborted));
        Assert.NotNull(saw.Reset);
    }

    [Fact]
    public async Task AnAbortByTheServerIsNotReportedAsAReset()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        using Socket client = await server.ConnectAsync();
        await client.SendAsync($"PATHCHECK/1 server-reset id={_id}\n");
        ConnectionReport saw = await AskAsync(server, s => s.End is not (ReportedEnd.Open or ReportedEnd.Unknown));
        Assert.Equal((ReportedEnd.Aborted, null, null), (saw.End, saw.Fin, saw.Reset));
        Assert.NotNull(saw.Aborted);
    }

    [ConditionalFact]
    public async Task AResetDuringAHoldEndsTheHold()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        Socket client = await server.ConnectAsync();
        await client.SendAsync($"PATHCHECK/1 client-first hold=10m bytes=5 id={_id}\n");
        client.Shutdown(SocketShutdown.Send);
        await AskAsync(server, s => s.Fin is not null);
        client.Abort();
        ConnectionReport saw = await AskAsync(server, s => s.Reset is not null && s.End != ReportedEnd.Open);
        Assert.Equal(ReportedEnd.Reset, saw.End);
        Assert.True(saw.Reset >= saw.Fin);
    }

    [Fact]
    public async Task TheFirstConnectionWithAnIdKeepsIt()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        Assert.Equal("first", await server.EchoAsync($"PATHCHECK/1 both-at-once id={_id}\nfirst"));
        await AskAsync(server, s => s.End == ReportedEnd.Fin);
        ConnectionReport first = await AskAsync(server, _ => true);
        Assert.Equal("the second", await server.EchoAsync($"PATHCHECK/1 both-at-once id={_id}\nthe second"));

        // The report is marked as ambiguous, so that a relay that retries is not mistaken for one that loses data.
        Assert.Equal(first with { End = ReportedEnd.Several }, await AskAsync(server, _ => true));
        Assert.Equal(5, first.Bytes);
    }

    [Fact]
    public async Task ConnectionsWithoutAByteAreReportedWithTheirTimesAndHowTheyEnded()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        using Socket finisher = await server.ConnectAsync(), aborter = await server.ConnectAsync();
        using Socket silent = await server.ConnectAsync(), talker = await server.ConnectAsync();
        await talker.SendAsync("x");
        BytelessReport? report = null;
        Task<bool> ReportsAsync(int count) => ByteLessAsync(server, r => (report = r).Connections.Count == count);
        await Eventually.BecomesTrueAsync(() => ReportsAsync(3), () => $"{report}");

        // The far end answers a FIN on the same connection.
        finisher.Shutdown(SocketShutdown.Send);
        aborter.Abort();
        string answer = await finisher.ReceiveAsync();
        ConnectionId given = FinAnswer.Parse(Encoding.ASCII.GetBytes(answer.TrimEnd('\n')))!.Value.Id;
        await Eventually.BecomesTrueAsync(
            () => ByteLessAsync(server, r => (report = r).Connections.Count(c => c.End != StreamEnd.Nothing) == 2),
            () => $"{report}");
        Assert.Equal(
            [StreamEnd.Nothing, StreamEnd.Fin, StreamEnd.Reset], report!.Connections.Select(c => c.End).Order());
        Assert.All(report.Connections, c => Assert.True(c.AcceptedAgo - c.EndedAgo >= BytelessReport.MinLife));
        Assert.True(report.IsComplete);

        // A connection that a near end has claimed is no longer reported to others.
        Assert.NotNull(FarEndInfo.Parse(await LineAsync(server, $"PATHCHECK/1 claim id={given}\n")));
        Assert.True(await ByteLessAsync(server, r => r.Connections.All(c => c.End != StreamEnd.Fin)));
    }

    [Fact]
    public async Task AnswersNeedNoFinAndEndWithALineFeed()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        foreach (string question in (string[])["info", $"report id={_id}"])
        {
            using Socket client = await server.ConnectAsync();
            await client.SendAsync($"PATHCHECK/1 {question}\n");
            string answer = await client.ReceiveAsync();
            Assert.StartsWith($"PATHCHECK/1 {question.Split(' ')[0]} ", answer, StringComparison.Ordinal);
            Assert.Equal(answer.Length - 1, answer.IndexOf('\n', StringComparison.Ordinal));
            Assert.Equal("", await client.ReceiveAsync());
        }

        Assert.Equal(ConnectionReport.Nothing(_id), await AskAsync(server, _ => true));
    }

    [Theory]
    [InlineData("hello service", "this is the far end of PathCheck: start \"PathCheck run\" at the near end")]
    [InlineData("PATHCHECK/1 client-first\n", "the line has no id")]
    [InlineData("PATHCHECK/1 report\n", "the line has no id")]
    [InlineData("PATHCHECK/1 info id=00000000000000000000000000000000\n", "info takes no id")]
    [InlineData("PATHCHECK/1 client-first id=12\n", "id must be 32 hexadecimal digits")]
    [InlineData(
        "PATHCHECK/1 client-first id=00000000000000000000000000000000 hold=11m\n",
        "hold must be a duration such as 200ms or 2s, at most 10 minutes")]
    [InlineData(
        "PATHCHECK/1 client-first id=00000000000000000000000000000000 bytes=2GiB\n",
        "bytes must be a size such as 512 or 64KiB, at most 1GiB")]
    [InlineData("PATHCHECK/1 client-first colour=red\n", "the only keys are hold, bytes, id and how")]
    [InlineData("PATHCHECK/1 info", "the stream ended before the line feed")]
    public async Task AnInvalidRequestGetsOneLineAndANormalClose(string text, string error)
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        Assert.Equal($"PATHCHECK/1 error: {error}\n", await server.EchoAsync(text));
        await server.Log.WaitForAsync("SocketClosed");
        Assert.DoesNotContain("Aborted", server.Log.Phases);
    }

    [Fact]
    public async Task AnUnknownCheckGetsTheNamesOfAllChecks()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        Assert.Equal($"PATHCHECK/1 error: no such check: use one of {string.Join(", ", CheckTable.Keys)}\n",
            await server.EchoAsync("PATHCHECK/1 nonsense id=00000000000000000000000000000000\n"));
    }

    [Fact]
    public async Task AnEchoServerEchoesARequestOfPathCheck()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        Assert.Equal("PATHCHECK/1 info\n", await server.EchoAsync("PATHCHECK/1 info\n"));
    }

    private async Task<ConnectionReport> AskAsync(RunningServer server, Func<ConnectionReport, bool> enough)
    {
        ConnectionReport? saw = null;
        async Task<bool> IsEnoughAsync()
        {
            saw = ConnectionReport.Parse(await LineAsync(server, $"PATHCHECK/1 report id={_id}\n"));
            return enough(saw!);
        }

        await Eventually.BecomesTrueAsync(IsEnoughAsync, () => $"{saw}");
        return saw!;
    }

    private static async Task<bool> ByteLessAsync(RunningServer server, Func<BytelessReport, bool> enough) =>
        enough(BytelessReport.Parse(await LineAsync(server, "PATHCHECK/1 byteless hold=1m\n"))!);

    // The answer to a request, without its line feed.
    private static async Task<byte[]> LineAsync(RunningServer server, string question)
    {
        using Socket client = await server.ConnectAsync();
        await client.SendAsync(question);
        return Encoding.ASCII.GetBytes((await client.ReceiveAsync()).TrimEnd('\n'));
    }
}
