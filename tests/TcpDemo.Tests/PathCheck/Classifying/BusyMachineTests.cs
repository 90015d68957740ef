using System.Net.Sockets;
using PathCheck;
using PathCheck.Checks;
using PathCheck.Checks.Ends;
using PathCheck.Checks.HalfClosed;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using PathCheck.Reporting;
using PathCheck.Running;

namespace TcpDemo.Tests.PathCheck.Classifying;

/// <summary>Delays of a busy machine do not change what is reported for a path.</summary>
[Trait("Tier", "Long")]
public sealed class BusyMachineTests
{
    private static readonly TimeSpan Immediately = TimeSpan.FromSeconds(0.075), Cut = TimeSpan.FromSeconds(0.6);

    [Fact]
    public async Task ACheckWithALateReplyIsRepeatedAndPreserved()
    {
        // While the checks run concurrently, each reply is 0.5 s late. After a hold of 0.3 s, the reply is too late for
        // the path, which closes 0.6 s after the FIN.
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        await using var late =
            new FaultyRelay(server.EndPoint, toClient: "late:0.5s");
        System.Net.EndPoint slow = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, late.Port), now = slow;
        await using var relay =
            new FaultyRelay(server.EndPoint, "cut-after:0.6s", way: (_, connectAsync) => connectAsync(now));
        var options = new PathCheckOptions
        {
            Port = relay.Port,
            Holds = [TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(3)],
            Timeout = TimeSpan.FromSeconds(3),
        };
        void OnProgress(string what) => now = what == "repeating uncertain checks" ? server.EndPoint : now;
        PathReport result = await new PathCheckRunner(options, OnProgress).RunAsync(CancellationToken.None).Judged();
        Assert.Equal(
            [PathEffect.Preserved, PathEffect.Cut],
            result.Results.Where(f => f.Check is ClientClosesFirst).Select(f => f.Effect));
        Assert.Equal(
            [PathEffect.Preserved, PathEffect.Preserved],
            result.Results.Where(f => f.Check is ServerClosesFirst).Select(f => f.Effect));
    }

    [Fact]
    public async Task AnUncertainCheckRunsAtMostThreeTimesAndACertainOneOnce()
    {
        int looks = 0;
        Task<CheckResult> Again(CheckResult finding) =>
            Task.FromResult(finding with
            {
                IsUncertain = ++looks < 2 || finding.Hold == Seconds(1),
                Effect = PathEffect.NotForwarded,
            });
        CheckResult sure = ClientFirst(2, PathEffect.Cut),
            once = ClientFirst(0, PathEffect.Cut) with { IsUncertain = true },
            ever = ClientFirst(1, PathEffect.Cut) with { IsUncertain = true };

        Assert.Equal([sure], await UncertainCheckRetry.RetryAsync([sure], Again));
        Assert.Equal(0, looks);
        Assert.Equal(
            [once with { IsUncertain = false, Effect = PathEffect.NotForwarded }],
            await UncertainCheckRetry.RetryAsync([once], Again));
        Assert.Equal(2, looks);
        Assert.Equal(
            [ever with { Effect = PathEffect.NotForwarded }], await UncertainCheckRetry.RetryAsync([ever], Again));
        Assert.Equal(4, looks);
    }

    [Fact]
    public async Task TheEarliestCutCountsAndOneMoreMeasurementMustAgree()
    {
        // The times of the next cuts. The first three checks measure the time-out: 0.6 s. The fourth check only shows
        // whether data is lost shortly before the cut, so its time, 0.4 s, does not count.
        var later = new Queue<double>([0.9, 0.61, 0.6, 0.4, 7]);
        IReadOnlyList<CheckResult> found = [
            ClientFirst(0.1, PathEffect.Preserved), ClientFirst(1, PathEffect.Cut) with { CutAfter = Seconds(0.8) },
            ClientFirst(5, PathEffect.Cut) with { CutAfter = Seconds(0.7) }];
        found = await TimeoutRefinement.RefineAsync(
            found, FirstCloser.Client, Immediately,
            h => Task.FromResult(
            ClientFirst(h.TotalSeconds, PathEffect.Cut) with { CutAfter = Seconds(later.Dequeue()) }));
        Assert.Equal([null, Seconds(0.6), Seconds(0.6)], found.Select(f => f.CutAfter));
        Assert.Equal([7], later);
    }

    [Theory]
    [InlineData(0.001, 0, "fin-full-close")]
    [InlineData(0.001, 0.2, "preserved")]
    [InlineData(1.01, 1, "cut")]
    [InlineData(1.2, 1, "preserved")]
    [InlineData(0.8, 1, "preserved")]
    public async Task DataThatArrivesAtTheTimeOfTheCutArrivesByChance(double cutAfter, double hold, string word)
    {
        IReadOnlyList<CheckResult> found = [
            ClientFirst(hold, PathEffect.Preserved),
            ClientFirst(5, PathEffect.Cut) with { CutAfter = Seconds(cutAfter) }];
        found = await TimeoutRefinement.RefineAsync(found, FirstCloser.Client, Immediately,
            h => Task.FromResult(found[1]));
        Assert.Equal(word, found[0].Effect.Key);
        Assert.Equal(word != "preserved", found[0].Evidence.EndsWith(
            " (arrived before the close took effect)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("preserved", "preserved", "lost once, preserved on 3 of 3 repeats", 3)]
    [InlineData("cut", "cut", "seen; failed on 4 of 4 attempts", 3)]
    [InlineData("preserved", "data-lost", "seen", 0)]
    public async Task ACutThatALongerSilenceContradictsIsRepeated(
        string repeats, string word, string evidence, int count)
    {
        IReadOnlyList<CheckResult> found =
        [
            // A check that lost data silently is not repeated.
            word == "data-lost" ? ClientFirst(1, PathEffect.LostSilently) with { Observed = "seen" }
                : ClientFirst(1, PathEffect.Cut) with { CutAfter = Seconds(1), Observed = "seen" },
            ClientFirst(5, PathEffect.Preserved),
        ];
        int looks = 0;
        found = await TimeoutRefinement.RefineAsync(found, FirstCloser.Client, Immediately, h =>
        {
            looks++;
            return Task.FromResult(ClientFirst(h.TotalSeconds, PathEffect.All.Single(e => e.Key == repeats)) with
            {
                CutAfter = repeats == "cut" ? Seconds(1) : null,
            });
        });
        Assert.Equal((word, evidence, null, count), (found[0].Effect.Key, found[0].Evidence, found[0].CutAfter, looks));
        Assert.Equal(PathEffect.Preserved, found[1].Effect);
    }

    [Fact]
    public async Task ACutThatIsPreservedWhenItIsRepeatedIsNone()
    {
        IReadOnlyList<CheckResult> found =
        [
            ClientFirst(1, PathEffect.Preserved),
            ClientFirst(5, PathEffect.Cut) with { CutAfter = Seconds(1.7), Observed = "seen" },
        ];
        found = await TimeoutRefinement.RefineAsync(found, FirstCloser.Client, Immediately,
            h => Task.FromResult(ClientFirst(h.TotalSeconds, PathEffect.Preserved)));
        Assert.Equal((PathEffect.Preserved, "lost once, preserved on 3 of 3 repeats", null),
            (found[1].Effect, found[1].Evidence, found[1].CutAfter));
    }

    [Fact]
    public async Task APathThatStopsForwardingBeforeItClosesIsSearchedForTheFirstTime()
    {
        // Data that arrives between 0.6 s and 2 s is lost silently. After 2 s the path closes.
        static CheckResult Check(TimeSpan hold) => hold < Cut ? ClientFirst(hold.TotalSeconds, PathEffect.Preserved)
            : hold < Seconds(2) ? ClientFirst(hold.TotalSeconds, PathEffect.LostSilently)
            : ClientFirst(hold.TotalSeconds, PathEffect.Cut) with { CutAfter = Seconds(2) };
        IReadOnlyList<CheckResult> found = [Check(Seconds(0.1)), Check(Seconds(1)), Check(Seconds(5))];
        found = await TimeoutRefinement.RefineAsync(found, FirstCloser.Client, Immediately,
            h => Task.FromResult(Check(h)));
        Assert.Equal(["preserved", "cut", "cut"], found.Select(f => f.Effect.Key));
        Assert.All(found.Skip(1), f => Assert.InRange(f.CutAfter!.Value, Seconds(0.5), Seconds(0.7)));
    }

    [Fact]
    public void ATimeoutOfThePathBeginsWhenItPassesOnTheFin()
    {
        // The FIN is held back for a second; then both directions are closed.
        NearObservation near = new(0, 5, IsAltered: false)
        {
            FinSentAfter = Seconds(0.01),
            End = StreamEnd.Fin,
            EndedAfter = Seconds(1.002),
        };
        ConnectionReport report = ConnectionReport.Nothing(ConnectionId.Next()) with
        {
            End = ReportedEnd.Reset,
            Fin = 1_010_000,
            Reset = 1_012_000,
        };
        CheckResult found = new ClientClosesFirst().Classify(near, report, TimeSpan.Zero);
        Assert.Equal(PathEffect.Cut, found.Effect);
        Assert.InRange(found.CutAfter!.Value, TimeSpan.Zero, Seconds(0.01));
    }

    [Theory]
    [InlineData(0.51, "cut")]
    [InlineData(0.2, "data-lost")]
    public async Task DataLostAfterTheTimeoutWasCutAndDataLostBeforeItWasLostSilently(double endedAfter, string word)
    {
        IReadOnlyList<CheckResult> found =
        [
            ClientFirst(1, PathEffect.Cut) with { CutAfter = Seconds(0.5) },
            new CheckResult(
                new FullDuplexTransfer(), null, PathEffect.LostSilently, "") { EndedAfter = Seconds(endedAfter) },
        ];
        found = await TimeoutRefinement.RefineAsync(found, FirstCloser.Client, Immediately,
            h => Task.FromResult(found[0]));
        Assert.Equal(word, found[1].Effect.Key);
    }

    [Fact]
    public async Task ASearchUsesTheMeasuredSilence()
    {
        // Each silence is 0.1 s longer than requested; the path cuts after 0.6 s.
        Task<CheckResult> Check(TimeSpan hold)
        {
            TimeSpan silence = hold + Seconds(0.1);
            PathEffect effect = silence < Cut ? PathEffect.Preserved : PathEffect.Cut;
            return Task.FromResult(ClientFirst(hold.TotalSeconds, effect) with { ActualHold = silence });
        }

        await IsFoundAsync(Seconds(5), Check);
    }

    [Fact]
    public void ADripIsNeverMuchLongerThanTheLongestSilence()
    {
        Assert.Equal(1, new Drip(TimeSpan.FromMinutes(10), 1L << 30).Limited().Count);
        Assert.Equal(1000, new Drip(TimeSpan.Zero, 1L << 30).Limited().Count);
        Assert.Equal((Seconds(0.25), 12), (Drip.For(Seconds(1)).Interval, Drip.For(Seconds(1)).Count));
        Assert.InRange(Drip.For(TimeSpan.FromMinutes(9)).Length, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(13));
    }

    [Fact]
    public async Task ASearchReturnsTheShorterTimeFirst()
    {
        // A silence that survives is measured as 2.01 s: longer than one that is cut.
        static Task<CheckResult> Check(TimeSpan hold) => Task.FromResult(
            hold < Seconds(1.9)
                ? ClientFirst(hold.TotalSeconds, PathEffect.Preserved) with { ActualHold = Seconds(2.01) }
                : ClientFirst(hold.TotalSeconds, PathEffect.Cut));
        (TimeSpan survived, TimeSpan cut) = await TimeoutSearch.FindAsync(Seconds(1), Seconds(2), Check);
        Assert.True(survived <= cut, $"{survived} to {cut}");
    }

    [Fact]
    public async Task ASearchIgnoresALateReply()
    {
        // The path cuts after 0.6 s. At first, checks with a silence of 0.3 to 0.5 s are cut, too. A check with a
        // longer silence, or a repetition, reveals the true time-out.
        int looks = 0;
        Task<CheckResult> Check(TimeSpan hold) => Task.FromResult(
            ClientFirst(
                hold.TotalSeconds, hold < Cut && (++looks > 8 || hold < Seconds(0.3) || hold > Seconds(0.5))
                ? PathEffect.Preserved : PathEffect.Cut));
        await IsFoundAsync(Seconds(1), Check);
        looks = 0;
        await IsFoundAsync(Seconds(5), Check);
    }

    private static async Task IsFoundAsync(TimeSpan tooLong, Func<TimeSpan, Task<CheckResult>> check)
    {
        (TimeSpan survived, TimeSpan cut) = await TimeoutSearch.FindAsync(TimeSpan.Zero, tooLong, check);
        Assert.InRange(survived, Seconds(0.5), Cut);
        Assert.InRange(cut, Cut, Seconds(0.7));
    }

    [Fact]
    public async Task ATimeThatWasSearchedForIsReportedAsARange()
    {
        IReadOnlyList<CheckResult> found = [ClientFirst(0.1, PathEffect.Preserved), ClientFirst(5, PathEffect.Cut)];
        found = await TimeoutRefinement.RefineAsync(found, FirstCloser.Client, Immediately,
            h => Task.FromResult(ClientFirst(h.TotalSeconds, h < Cut ? PathEffect.Preserved : PathEffect.Cut)));
        Assert.Matches(@"^cut after 0\.(5\d|60) to 0\.6\d s$", found[1].Result);
        Assert.Equal(found[1].CutAfter, (found[1].CutBetween!.Value.From + found[1].CutBetween!.Value.To) / 2);
    }

    [ConditionalFact]
    public async Task AnEndOfStreamIsTimedFromItsArrivalAndNotFromTheReceive()
    {
        using Pair pair = await Pair.ConnectAsync();
        var read = new LocalClose(pair.Client);
        read.Start();
        pair.Server.Shutdown(SocketShutdown.Send);
        TimeSpan came = read.Elapsed;
        await Eventually.BecomesTrueAsync(() => read.Elapsed > came + Seconds(0.5));
        Assert.Equal(0, await pair.Client.ReceiveAsync(new byte[1]).WithTimeout());
        read.OnFin();
        Assert.InRange(read.After, TimeSpan.Zero, came + Seconds(0.1));

        // Counted from the arrival of the FIN, the hold has already lasted half a second.
        read.StartAtFin();
        Assert.InRange(read.Elapsed, Seconds(0.45), Eventually.Limit);
    }

    [Fact]
    public async Task AnEndBeforeOurFinHasNoTimeSinceTheHalfClose()
    {
        using Pair pair = await Pair.ConnectAsync();
        pair.Server.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await pair.Client.ReceiveAsync(new byte[1]).WithTimeout());
        var end = new LocalClose(pair.Client);
        end.OnFin();
        Assert.Null(end.AfterHalfClose);
        end.Start();
        end.OnFin();
        Assert.NotNull(end.AfterHalfClose);
    }

    [ConditionalFact]
    public async Task APausedServerReportsWhenTheFinArrived()
    {
        await using FarEndConsole server = await FarEndConsole.StartAsync();
        var far = new FarEndClient(new PathCheckOptions { Port = server.Port }, CancellationToken.None);
        using Probe probe = await Probe.OpenAsync(far, new PathRequest("client-first"));
        await probe.WaitUntilRegisteredAsync();
        Programs.Signal(server.Id, 19);
        TimeSpan came = probe.End.Elapsed;
        try
        {
            probe.Socket.Shutdown(SocketShutdown.Send);
            await Eventually.BecomesTrueAsync(() => probe.End.Elapsed > came + Seconds(1));
        }
        finally
        {
            Programs.Signal(server.Id, 18);
        }

        ConnectionReport saw = await probe.ReportAsync(s => s.Fin is not null);
        Assert.InRange(TimeSpan.FromMicroseconds(saw.Fin!.Value), TimeSpan.Zero, came + Seconds(0.5));
    }

    private static CheckResult ClientFirst(double hold, PathEffect word) =>
        new(new ClientClosesFirst(), Seconds(hold), word, "");

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
