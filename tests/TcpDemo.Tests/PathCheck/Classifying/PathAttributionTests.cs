using System.Net;
using System.Net.Sockets;
using EchoServer;
using PathCheck;
using PathCheck.Checks;
using PathCheck.Checks.Ends;
using PathCheck.Checks.HalfClosed;
using PathCheck.Checks.Resets;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using PathCheck.Reporting;
using PathCheck.Running;
using TcpClose.Cli;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace TcpDemo.Tests.PathCheck.Classifying;

/// <summary>A path is judged only by effects that it has caused.</summary>
[Trait("Tier", "Long")]
public sealed class PathAttributionTests
{
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AStalledTransferIsNotReportedAsLostData(bool ofTheClient)
    {
        long much = 16 << 20;
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        await using var relay = new FaultyRelay(
            server.EndPoint, ofTheClient ? "stall:1000" : "none", ofTheClient ? "none" : "stall:1000");
        FarEndClient far = Far(relay.Port);
        Task<CheckResult> both = new FullDuplexTransfer().RunAsync(far, default, 0),
            end = new DataThenFin().RunOneAsync(far, much),
            upload = new ServerClosesFirst().RunAsync(far, TimeSpan.Zero, much);
        CheckResult[] found = await Task.WhenAll(both, end, upload).Judged();
        Assert.Equal(
            (PathEffect[])(
            ofTheClient ? [PathEffect.Stalled, PathEffect.Stalled, PathEffect.Stalled]
            : [PathEffect.Stalled, PathEffect.Preserved, PathEffect.Preserved]), found.Select(f => f.Effect));
        Assert.All(found, f => Assert.Equal(f.Effect != PathEffect.Preserved, f.IsUncertain));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NoFinFollowsAnIncompleteTransfer(bool upload)
    {
        // The next connection means that the near end has given up. The relay then resumes.
        long much = 16 << 20;
        bool hasStalled = false;
        var resumed = new TaskCompletionSource();
        Task StallAsync()
        {
            hasStalled = true;
            return resumed.Task;
        }

        await using RunningServer server = await RunningServer.StartFarEndAsync();
        await using var relay =
            new FaultyRelay(
                server.EndPoint, () => new TestFaults.StallUntil(StallAsync), way: (_, connectAsync) =>
        {
            if (hasStalled) resumed.TrySetResult();
            return connectAsync(server.EndPoint);
        });
        FarEndClient far = Far(relay.Port);
        Task<CheckResult> check = upload
            ? new ServerClosesFirst().RunAsync(far, TimeSpan.Zero, much)
            : new DataThenFin().RunOneAsync(far, much);
        CheckResult finding = await check.Judged();
        Assert.True(finding.IsUncertain);
        Assert.EndsWith("server: no end", finding.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void APartWithoutAnEndHasStalledAndIsNoFullClose()
    {
        // An MTU black hole: only the first bytes arrive, and no end.
        const long Size = 65536, Part = 4096;
        NearObservation part = new(Part, Size, IsAltered: false), nothing = new(0, 0, IsAltered: false);
        ConnectionReport open = ConnectionReport.Nothing(ConnectionId.Next()) with { End = ReportedEnd.Open },
            upload = open with { Bytes = Part };
        Assert.Equal(PathEffect.Stalled,
            new ClientClosesFirst().Classify(part, open with { Fin = 1, Reply = 2 }, TimeSpan.Zero).Effect);
        Assert.Equal(PathEffect.Stalled, new DataThenFin().Classify(nothing, upload, Size).Effect);
        Assert.Equal(PathEffect.Stalled,
            new ServerClosesFirst().Classify(nothing with { End = StreamEnd.Fin },
                upload with { Digest = PatternDigest.Of(Part) }, TimeSpan.Zero, Size).Effect);
    }

    [Fact]
    public void TheSideOfAFinThatDidNotArriveIsNamed()
    {
        ConnectionReport open = ConnectionReport.Nothing(ConnectionId.Next()) with { End = ReportedEnd.Open };
        NearObservation waiting = new(0, 0, IsAltered: false);
        CheckResult upload = new(new ServerClosesFirst(), TimeSpan.Zero, PathEffect.NotForwarded, "");
        Assert.Equal((string?[])["client", "server", "server", null], (string?[])
        [
            new DataThenFin().Classify(waiting, open with { Digest = PatternDigest.Of(0) }, 0).MissingFin,
            (upload with { Near = waiting, Far = open }).MissingFin,
            new CheckResult(new ClientClosesFirst(), TimeSpan.Zero, PathEffect.NotForwarded, "")
            {
                Near = waiting,
                Far = open with { Fin = 1 },
            }.MissingFin,
            new CheckResult(new DataThenFin(), null, PathEffect.Preserved, "").MissingFin,
        ]);
        Assert.Equal("client's FIN not forwarded",
            (upload with { Near = waiting with { End = StreamEnd.Fin }, Far = open }).Result);
    }

    [Fact]
    public async Task AnEndBeforeOurFinIsACutWithoutATime()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        using Probe probe =
            await Probe.OpenAsync(Far(server.EndPoint.Port), new PathRequest("server-first"), Payload.Generated(1000));
        await probe.ReadToEndAsync();
        ConnectionReport saw = ConnectionReport.Nothing(probe.Id) with { End = ReportedEnd.Reset, Fin = 1, Reset = 2 };
        CheckResult before = new FullDuplexTransfer().Classify(probe.Observe(), saw, 1000);
        Assert.Equal((PathEffect.Cut, null, null), (before.Effect, before.CutAfter, before.EndedAfter));

        // If the stream ends in the same way after our FIN, the cut has a time.
        probe.End.Start();
        probe.End.OnFin();
        CheckResult behind = new FullDuplexTransfer().Classify(probe.Observe(), saw, 1000);
        Assert.Equal(
            (PathEffect.Cut, probe.End.After, probe.End.After), (behind.Effect, behind.CutAfter, behind.EndedAfter));
    }

    [Fact]
    public async Task AnEndTogetherWithTheUploadIsNotACut()
    {
        // The kernel measures in ticks of up to 10 ms. A FIN that arrives 2 ms before the upload therefore counts as
        // simultaneous with it. The result is "lost silently", not "cut".
        CheckResult finding =
            await UploadAsync(saw => saw with { End = ReportedEnd.Fin, Fin = (long)Hold.TotalMicroseconds - 2000 });
        Assert.Equal(PathEffect.LostSilently, finding.Effect);
        finding =
            await UploadAsync(saw => saw with { End = ReportedEnd.Fin, Fin = (long)Hold.TotalMicroseconds - 20_000 });
        Assert.Equal(PathEffect.Cut, finding.Effect);
    }

    [Fact]
    public async Task TimesThatRunBackwardsCountAsZero()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        using Probe probe =
            await Probe.OpenAsync(Far(server.EndPoint.Port), new PathRequest("client-first"), Payload.Generated(5));
        ConnectionReport saw = await probe.ReportAsync(s => s.End != ReportedEnd.Unknown);
        CheckResult finding = new ClientClosesFirst().Classify(
            probe.Observe(), saw with { End = ReportedEnd.Reset, Fin = 9_000_000, Reset = 1, Reply = 1 }, Hold);
        Assert.Equal(
            (PathEffect.Cut, TimeSpan.Zero, TimeSpan.Zero), (finding.Effect, finding.CutAfter, finding.ActualHold));
    }

    [Fact]
    public async Task AResetByTheRelayIsNotAttributedToTheServer()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        await using var relay = new FaultyRelay(
            server.EndPoint, way: BeforeConnecting(server.EndPoint, "server-reset", client => throw Unreachable));
        await Assert.ThrowsAsync<ConnectionNotServedException>(
            () => new ServerReset().RunAsync(Far(relay.Port), default, 0).WithTimeout());
    }

    [Fact]
    public async Task ConnectionsEndedByTheServersIdleTimeoutAreNotAttributedToOurFin()
    {
        await using RunningServer server =
            await RunningServer.StartFarEndAsync(new ServerOptions { IdleTimeout = TimeSpan.FromSeconds(1) });
        await using var relay = new FaultyRelay(server.EndPoint, "swallow-fin");
        CheckResult finding = await new FinWithoutData().RunAsync(Far(relay.Port), default, 0).WithTimeout();
        Assert.Equal(PathEffect.NotForwarded, finding.Effect);
    }

    [Fact]
    public async Task AByteThatTheServerNeverSentCountsAsAltered()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        await using var relay =
            new FaultyRelay(server.EndPoint, way: BeforeConnecting(
                server.EndPoint, "server-first", client => client.SendAsync("x"u8.ToArray()).AsTask()));
        CheckResult finding =
            await new ServerClosesFirst().RunAsync(Far(relay.Port), TimeSpan.Zero, 1000).WithTimeout();
        Assert.Equal(PathEffect.Altered, finding.Effect);
    }

    [Theory]
    [InlineData("both-at-once")]
    [InlineData("end-of-stream")]
    [InlineData("client-reset")]
    public async Task EveryCheckIsRepeatedIfItsFirstConnectionDidNotReachTheFarEnd(string name)
    {
        bool hasFailed = false;
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        await using var relay = new FaultyRelay(server.EndPoint, way: BeforeConnecting(
            server.EndPoint, $"PATHCHECK/1 {name} ", _ =>
            Interlocked.Exchange(ref hasFailed, true) ? Task.CompletedTask : throw Unreachable));
        PathReport report = await new PathCheckRunner(
            new PathCheckOptions
            {
                Port = relay.Port,
                Holds = [TimeSpan.Zero],
                Timeout = TimeSpan.FromSeconds(3),
            },
            _ => { }, [CheckTable.Find(name)!]).RunAsync(CancellationToken.None).Judged();
        Assert.True(hasFailed);
        Assert.Equal(PathEffect.Preserved, report.Results.Single(r => r.Check.Key == name).Effect);
    }

    [Fact]
    public async Task AStreamThatIsNotReadToItsEndHasNoFin()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        using Probe probe =
            await Probe.OpenAsync(Far(server.EndPoint.Port), new PathRequest("client-first", Bytes: 3_000_000));
        probe.Socket.Shutdown(SocketShutdown.Send);
        await probe.ReadToEndAsync();
        Assert.True(probe.Received.IsTooLong);
        Assert.Equal(StreamEnd.Nothing, probe.End.Kind);
    }

    [Fact]
    public async Task TwoLostAnswersAreRetriedOnceTheServerHasAnswered()
    {
        int count = 0;
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        await using var relay = new FaultyRelay(
            server.EndPoint, way: async (client, connectAsync) =>
        {
            client.PutBack(await client.ReceiveAsync());
            return ++count is 2 or 3 ? throw Unreachable : await connectAsync(server.EndPoint);
        });
        FarEndClient far = Far(relay.Port);
        Assert.Matches($"^{Repository.Version}$", (await far.InfoAsync().WithTimeout()).Version);
        Assert.Matches($"^{Repository.Version}$", (await far.InfoAsync().WithTimeout()).Version);
        Assert.Equal(4, count);
    }

    // Classifies an upload of which no byte has arrived.
    private static async Task<CheckResult> UploadAsync(Func<ConnectionReport, ConnectionReport> seen)
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        using Probe probe = await Probe.OpenAsync(Far(server.EndPoint.Port), new PathRequest("server-first"));
        await probe.ReadToEndAsync();
        return new ServerClosesFirst().Classify(probe.Observe(), seen(ConnectionReport.Nothing(probe.Id)), Hold, 1000);
    }

    private static FarEndClient Far(int port) =>
        new(new PathCheckOptions { Port = port, Timeout = TimeSpan.FromSeconds(5) }, CancellationToken.None);

    // For connections with the scenario, the relay runs an action before it connects to the server.
    private static FaultyRelay.WayToServer BeforeConnecting(
        EndPoint server, string scenario, Func<ObservedSocket, Task> firstAsync) =>
        async (client, connectAsync) =>
        {
            ReadOnlyMemory<byte> request = await client.ReceiveAsync();
            client.PutBack(request);
            if (Encoding.ASCII.GetString(request.Span).Contains(scenario, StringComparison.Ordinal))
                await firstAsync(client);
            return await connectAsync(server);
        };

    // If the way to the server throws this exception, the relay aborts the client's connection.
    private static CommandException Unreachable => new("the server cannot be reached");
}
