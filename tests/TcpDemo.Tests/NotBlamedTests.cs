using System.Net.Sockets;
using EchoClient;
using EchoClient.Verdict;
using TcpClose;

namespace TcpDemo.Tests;

/// <summary>A path is neither blamed nor praised for what was not its doing.</summary>
[Trait("Tier", "Long")]
public sealed class NotBlamedTests
{
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task APathThatTakesNoMoreStoodStillAndHasLostNothing(bool ofTheClient)
    {
        long much = 16 << 20;
        await using RunningServer server = await RunningServer.StartAsync();
        await using var relay = new BadRelay(server.EndPoint, ofTheClient ? Fault.StandStill : Fault.None, ofTheClient ? Fault.None : Fault.StandStill);
        FarSide far = Far(relay.Port);
        Task<Finding> both = BothAtOnce.RunAsync(far), end = EndOfStream.RunAsync(far, much), upload = ServerFirst.RunAsync(far, TimeSpan.Zero, much);
        Finding[] found = await Task.WhenAll(both, end, upload).Judged();
        Assert.Equal((Word[])(ofTheClient ? [Word.StoodStill, Word.StoodStill, Word.Cut] : [Word.StoodStill, Word.Preserved, Word.Preserved]), found.Select(f => f.Word));
        Assert.All(found, f => Assert.Equal(f.Word != Word.Preserved, f.IsUnsure));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NoFinFollowsWhatWasNotSent(bool upload)
    {
        // The relay goes on when it has been given up: the next connection is the question behind that.
        long much = 16 << 20;
        bool stands = false;
        var goesOn = new TaskCompletionSource();
        Task StandAsync()
        {
            stands = true;
            return goesOn.Task;
        }

        await using RunningServer server = await RunningServer.StartAsync();
        await using var relay = new BadRelay(server.EndPoint, Fault.StandStill, standsUntil: StandAsync, way: (_, to) =>
        {
            if (stands) goesOn.TrySetResult();
            return Pair.ConnectAsync(to);
        });
        FarSide far = Far(relay.Port);
        Finding finding = await (upload ? ServerFirst.RunAsync(far, TimeSpan.Zero, much) : EndOfStream.RunAsync(far, much)).Judged();
        Assert.True(finding.IsUnsure);
        Assert.EndsWith("server: no end", finding.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEndThatCameBeforeOurFinHasNoTimeOfACut()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Probe probe = await Probe.OpenAsync(Far(server.EndPoint.Port), new ActRequest("server-first"), Payload.Generated(1000));
        await probe.ReadToEndAsync();
        SawLine saw = SawLine.Nothing(probe.Id) with { End = SawLine.WasReset, Fin = 1, Reset = 2 };
        Finding before = Judge.BothAtOnce(probe, saw, 1000);
        Assert.Equal((Word.Cut, null, null), (before.Word, before.CutAfter, before.EndedAfter));

        // The same end behind it has one.
        probe.End.Start();
        probe.End.Fin();
        Finding behind = Judge.BothAtOnce(probe, saw, 1000);
        Assert.Equal((Word.Cut, probe.End.After, probe.End.After), (behind.Word, behind.CutAfter, behind.EndedAfter));
    }

    [Fact]
    public async Task AnEndThatCameWithTheUploadWasNoCutBeforeIt()
    {
        // The kernel counts in milliseconds: two less than the hold are no time-out, and the upload was lost.
        Finding finding = await UploadAsync(saw => saw with { End = SawLine.Normal, Fin = (long)Hold.TotalMicroseconds - 2000 });
        Assert.Equal(Word.LostSilently, finding.Word);
        finding = await UploadAsync(saw => saw with { End = SawLine.Normal, Fin = (long)Hold.TotalMicroseconds - 20_000 });
        Assert.Equal(Word.Cut, finding.Word);
    }

    [Fact]
    public async Task TimesThatRunBackwardsAreNone()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Probe probe = await Probe.OpenAsync(Far(server.EndPoint.Port), new ActRequest("late-data"), Payload.Generated(5));
        SawLine saw = await probe.SawAsync(s => s.End != SawLine.Unknown);
        Finding finding = Judge.ClientFirst(probe, saw with { End = SawLine.WasReset, Fin = 9_000_000, Reset = 1, Reply = 1 }, Hold);
        Assert.Equal((Word.Cut, TimeSpan.Zero, TimeSpan.Zero), (finding.Word, finding.CutAfter, finding.Silence));
    }

    [Fact]
    public async Task AResetThatTheRelayMadeByItselfIsNotTheServers()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using var relay = new BadRelay(server.EndPoint, way: Asked("server-abort", client => throw new SocketException((int)SocketError.ConnectionReset)));
        Finding finding = await ServerReset.RunAsync(Far(relay.Port)).Soon();
        Assert.Equal((Word.ResetNotForwarded, true), (finding.Word, finding.IsUnsure));
    }

    [Fact]
    public async Task ConnectionsThatTheServersIdleTimeOutEndedHaveNotEndedByOurFin()
    {
        await using RunningServer server = await RunningServer.StartAsync(new EchoServer.ServerOptions { Think = TimeSpan.Zero, IdleTimeout = TimeSpan.FromSeconds(1) });
        await using var relay = new BadRelay(server.EndPoint, Fault.SwallowFin);
        Finding finding = await FinAlone.RunAsync(Far(relay.Port)).Soon();
        Assert.Equal(Word.NotForwarded, finding.Word);
    }

    [Fact]
    public async Task AByteThatTheServerNeverSentIsAltered()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using var relay = new BadRelay(server.EndPoint, way: Asked("server-first", client => client.SendAsync("x")));
        Finding finding = await ServerFirst.RunAsync(Far(relay.Port), TimeSpan.Zero, 1000).Soon();
        Assert.Equal(Word.Altered, finding.Word);
    }

    [Fact]
    public async Task AnEndThatWasNotWaitedForIsNoFin()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Probe probe = await Probe.OpenAsync(Far(server.EndPoint.Port), new ActRequest("late-data", Bytes: 3_000_000));
        probe.Socket.Shutdown(SocketShutdown.Send);
        await probe.ReadToEndAsync();
        Assert.True(probe.Came.IsEndless);
        Assert.Equal(Ending.Nothing, probe.End.Kind);
    }

    [Fact]
    public async Task TwoAnswersThatAreLostAreForgivenToAServerThatHasAnswered()
    {
        int count = 0;
        await using RunningServer server = await RunningServer.StartAsync();
        await using var relay = new BadRelay(server.EndPoint, way: (_, to) => ++count is 2 or 3 ? throw new SocketException((int)SocketError.ConnectionReset) : Pair.ConnectAsync(to));
        FarSide far = Far(relay.Port);
        Assert.Matches($"^{Repository.Version}$", (await far.HelloAsync().Soon()).Version);
        Assert.Matches($"^{Repository.Version}$", (await far.HelloAsync().Soon()).Version);
        Assert.Equal(4, count);
    }

    // What is judged of an upload behind the server's FIN, of which nothing came there.
    private static async Task<Finding> UploadAsync(Func<SawLine, SawLine> seen)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using Probe probe = await Probe.OpenAsync(Far(server.EndPoint.Port), new ActRequest("server-first"));
        await probe.ReadToEndAsync();
        return Judge.ServerFirst(probe, seen(SawLine.Nothing(probe.Id)), Hold, 1000);
    }

    private static FarSide Far(int port) => new(new VerdictOptions { Port = port, Timeout = TimeSpan.FromSeconds(2) }, CancellationToken.None);

    // A relay that does something of its own to those connections alone that ask for this.
    private static BadRelay.WayToServer Asked(string act, Func<Socket, Task> first) => async (client, server) =>
    {
        byte[] request = new byte[ActRequest.MaxLength];
        int count = await client.ReceiveAsync(request, SocketFlags.Peek);
        if (Encoding.ASCII.GetString(request, 0, count).Contains(act, StringComparison.Ordinal)) await first(client);
        return await Pair.ConnectAsync(server);
    };
}
