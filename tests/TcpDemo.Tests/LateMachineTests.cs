using System.Net.Sockets;
using EchoClient.Verdict;
using TcpClose;

namespace TcpDemo.Tests;

/// <summary>A busy machine is late, and the path is not blamed for it: neither with a word nor with a time.</summary>
[Trait("Tier", "Long")]
public sealed class LateMachineTests
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(0.075), Cut = TimeSpan.FromSeconds(0.6);

    [Fact]
    public async Task AReplyThatWasLateOnceIsLookedAtAgainAndPreserved()
    {
        // As long as the checks run side by side each reply is half a second late, too late for a path that cuts at 0.6 s.
        await using RunningServer server = await RunningServer.StartAsync();
        await using var late = new BadRelay(server.EndPoint, serverToClient: Fault.Late, after: TimeSpan.FromSeconds(0.5));
        System.Net.EndPoint slow = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, late.Port), now = slow;
        await using var relay = new BadRelay(server.EndPoint, Fault.CutAfterFin, after: Cut, way: (_, _) => Pair.ConnectAsync(now));
        var options = new VerdictOptions { Port = relay.Port, Holds = [TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(3)], Timeout = TimeSpan.FromSeconds(3) };
        Result result = await new VerdictRun(options, what => now = what == "looking again" ? server.EndPoint : now).RunAsync(CancellationToken.None).Judged();
        Assert.Equal([Word.Preserved, Word.Cut], result.Findings.Where(f => f.Check == Check.ClientFirst).Select(f => f.Word));
        Assert.Equal([Word.Preserved, Word.Preserved], result.Findings.Where(f => f.Check == Check.ServerFirst).Select(f => f.Word));
    }

    [Fact]
    public async Task WhatIsUnsureIsLookedAtThreeTimesAtMostAndWhatIsSureOnlyOnce()
    {
        int looks = 0;
        Task<Finding> Again(Finding finding) => Task.FromResult(finding with { IsUnsure = ++looks < 2 || finding.Hold == Seconds(1), Word = Word.NotForwarded });
        Finding sure = ClientFirst(2, Word.Cut), once = ClientFirst(0, Word.Cut) with { IsUnsure = true }, ever = ClientFirst(1, Word.Cut) with { IsUnsure = true };

        Assert.Equal([sure], await SecondLook.AtAsync([sure], Again));
        Assert.Equal(0, looks);
        Assert.Equal([once with { IsUnsure = false, Word = Word.NotForwarded }], await SecondLook.AtAsync([once], Again));
        Assert.Equal(2, looks);
        Assert.Equal([ever with { Word = Word.NotForwarded }], await SecondLook.AtAsync([ever], Again));
        Assert.Equal(4, looks);
    }

    [Fact]
    public async Task TheEarliestCutCountsAndOneLookMoreHasToAgreeWithIt()
    {
        var later = new Queue<double>([0.9, 0.61, 0.6, 7]);
        IReadOnlyList<Finding> found = [ClientFirst(0.1, Word.Preserved), ClientFirst(1, Word.Cut) with { CutAfter = Seconds(0.8) }, ClientFirst(5, Word.Cut) with { CutAfter = Seconds(0.7) }];
        found = await Settled.OfAsync(found, First.Client, AtOnce, h => Task.FromResult(ClientFirst(h.TotalSeconds, Word.Cut) with { CutAfter = Seconds(later.Dequeue()) }));
        Assert.Equal([null, Seconds(0.6), Seconds(0.6)], found.Select(f => f.CutAfter));
        Assert.Equal([7], later);
    }

    [Theory]
    [InlineData(0.001, 0, nameof(Word.FullClose))]
    [InlineData(0.001, 0.2, nameof(Word.Preserved))]
    [InlineData(1.01, 1, nameof(Word.Cut))]
    [InlineData(1.2, 1, nameof(Word.Preserved))]
    [InlineData(0.8, 1, nameof(Word.Preserved))]
    public async Task WhatPassesJustWhenItIsCutPassesByChance(double cutAfter, double hold, string word)
    {
        IReadOnlyList<Finding> found = [ClientFirst(hold, Word.Preserved), ClientFirst(5, Word.Cut) with { CutAfter = Seconds(cutAfter) }];
        found = await Settled.OfAsync(found, First.Client, AtOnce, h => Task.FromResult(found[1]));
        Assert.Equal(word, $"{found[0].Word}");
        Assert.Equal(word != nameof(Word.Preserved), found[0].Seen.EndsWith(", by chance", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0.51, nameof(Word.Cut))]
    [InlineData(0.2, nameof(Word.LostSilently))]
    public async Task WhatIsLostBehindTheTimeOutWasCutAndWhatIsLostBeforeWasLostSilently(double endedAfter, string word)
    {
        IReadOnlyList<Finding> found =
        [
            ClientFirst(1, Word.Cut) with { CutAfter = Seconds(0.5) },
            new Finding(Check.BothAtOnce, null, Word.LostSilently, "") { EndedAfter = Seconds(endedAfter) },
        ];
        found = await Settled.OfAsync(found, First.Client, AtOnce, h => Task.FromResult(found[0]));
        Assert.Equal(word, $"{found[1].Word}");
    }

    [Fact]
    public async Task ASearchGoesByHowLongItWasSilentIndeed()
    {
        // Each silence is 0.1 s longer than it should be; the path cuts at 0.6 s.
        Task<Finding> Check(TimeSpan hold) => Task.FromResult(
            ClientFirst(hold.TotalSeconds, hold + Seconds(0.1) < Cut ? Word.Preserved : Word.Cut) with { Silence = hold + Seconds(0.1) });
        Assert.InRange(await CutSearch.FindAsync(TimeSpan.Zero, Seconds(5), Check), Seconds(0.54), Seconds(0.66));
    }

    [Fact]
    public async Task ASearchIsNotLedAstrayByAReplyThatWasLate()
    {
        // At first whatever is silent for 0.3 to 0.5 s is lost too; a longer silence, or another look, tells the truth.
        int looks = 0;
        Task<Finding> Check(TimeSpan hold) => Task.FromResult(
            ClientFirst(hold.TotalSeconds, hold < Cut && (++looks > 8 || hold < Seconds(0.3) || hold > Seconds(0.5)) ? Word.Preserved : Word.Cut));
        Assert.InRange(await CutSearch.FindAsync(TimeSpan.Zero, Seconds(1), Check), Seconds(0.54), Seconds(0.66));
        looks = 0;
        Assert.InRange(await CutSearch.FindAsync(TimeSpan.Zero, Seconds(5), Check), Seconds(0.54), Seconds(0.66));
    }

    [NeedsFact]
    public async Task AnEndOfStreamCountsFromWhenItCameAndNotFromWhenItWasRead()
    {
        using Pair pair = await Pair.ConnectAsync();
        var read = new OwnEnd(pair.Client);
        read.Start();
        pair.Server.Shutdown(SocketShutdown.Send);
        TimeSpan came = read.Elapsed;
        await Until.TrueAsync(() => read.Elapsed > came + Seconds(0.5));
        Assert.Equal(0, await pair.Client.ReceiveAsync(new byte[1]).Soon());
        read.Fin();
        Assert.InRange(read.After, TimeSpan.Zero, came + Seconds(0.1));

        // And a hold that begins with it has half a second behind it already.
        read.StartAtFin();
        Assert.InRange(read.Elapsed, Seconds(0.45), Until.Limit);
    }

    [Fact]
    public async Task AnEndBeforeOurFinHasNoTimeOfAHalfClose()
    {
        using Pair pair = await Pair.ConnectAsync();
        pair.Server.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await pair.Client.ReceiveAsync(new byte[1]).Soon());
        var end = new OwnEnd(pair.Client);
        end.Fin();
        Assert.Null(end.AfterHalfClose);
        end.Start();
        end.Fin();
        Assert.NotNull(end.AfterHalfClose);
    }

    [NeedsFact]
    public async Task AServerThatIsHeldUpKnowsWhenTheFinCame()
    {
        await using ServerConsole server = await ServerConsole.StartAsync(null);
        var far = new FarSide(new VerdictOptions { Port = server.Port }, CancellationToken.None);
        using Probe probe = await Probe.OpenAsync(far, new ActRequest("late-data"));
        await probe.IsKnownAsync();
        Programs.Signal(server.Id, 19);
        TimeSpan came = probe.End.Elapsed;
        try
        {
            probe.Socket.Shutdown(SocketShutdown.Send);
            await Until.TrueAsync(() => probe.End.Elapsed > came + Seconds(1));
        }
        finally
        {
            Programs.Signal(server.Id, 18);
        }

        SawLine saw = await probe.SawAsync(s => s.Fin is not null);
        Assert.InRange(TimeSpan.FromMicroseconds(saw.Fin!.Value), TimeSpan.Zero, came + Seconds(0.5));
    }

    private static Finding ClientFirst(double hold, Word word) => new(Check.ClientFirst, Seconds(hold), word, "");

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
