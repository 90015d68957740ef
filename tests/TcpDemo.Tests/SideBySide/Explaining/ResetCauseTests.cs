using SideBySide.Captures;
using SideBySide.Explaining;
using SideBySide.Explaining.Reporting;
using SideBySide.Explaining.Resets;
using static TcpClose.Events.Side;

namespace TcpDemo.Tests.SideBySide.Explaining;

/// <summary>A capture shows why a RST was sent, or what the likely cause is.</summary>
[Trait("Tier", "Long")]
public sealed class ResetCauseTests
{
    private const TcpFlags FinAck = TcpFlags.Fin | TcpFlags.Ack, RstAck = TcpFlags.Rst | TcpFlags.Ack,
        Data = TcpFlags.Psh | TcpFlags.Ack;

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ToAPortWhereNothingListens()
    {
        CapturedReset reset = await ResetOfAsync(new CaptureBuilder().Add(Client, TcpFlags.Syn)
            .Add(Server, RstAck, window: 0));
        Assert.Equal((ResetKind.Refused, true, 1), (reset.Kind, reset.IsCertain, reset.Answered!.Frame));
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task WithUnreadDataThatTheWindowShows()
    {
        CapturedReset shown = await ResetOfAsync(new CaptureBuilder().Open().Add(Client, Data, 5)
            .Add(Server, TcpFlags.Ack, window: 65000).Add(Client, Data, 5000).Add(Server, TcpFlags.Ack, window: 60000)
            .Add(Server, RstAck, window: 60000)),
            alittle = await ResetOfAsync(new CaptureBuilder().Open().Add(Client, Data, 5)
                .Add(Server, TcpFlags.Ack, window: 502).Add(Client, Data, 5000).Add(Server, TcpFlags.Ack, window: 501)
                .Add(Server, RstAck, window: 501));
        Assert.Equal((ResetKind.UnreadData, true, 5005), (shown.Kind, shown.IsCertain, shown.Unread));
        Assert.Equal((ResetKind.UnreadData, false), (alittle.Kind, alittle.IsCertain));
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task WithDataThatWasNotAnswered()
    {
        CapturedReset reset = await ResetOfAsync(new CaptureBuilder().Open().Data(Client, 20).Add(Server, RstAck));
        Assert.Equal((ResetKind.UnreadData, false, 20), (reset.Kind, reset.IsCertain, reset.Unread));
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task WithLinger0AlthoughNothingHadArrived()
    {
        CapturedReset reset = await ResetOfAsync(new CaptureBuilder().Open().Data(Client, 20).Add(Client, RstAck));
        Assert.Equal((ResetKind.Linger0, true), (reset.Kind, reset.IsCertain));
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task WithLinger0LongAfterEverythingWasAnswered()
    {
        CapturedReset reset = await ResetOfAsync(new CaptureBuilder().Open().Data(Client, 20).Data(Server, 20)
            .Add(Server, RstAck, after: 5));
        Assert.Equal((ResetKind.Linger0, false), (reset.Kind, reset.IsCertain));
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ToDataAfterAFullClose()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Fin(Server)
            .Add(Client, Data, 6).Add(Server, TcpFlags.Rst, acknowledgement: 0, window: 0));
        CapturedReset reset = Assert.Single(found.Facts.Resets);
        Assert.Equal((ResetKind.DataAfterClose, 6), (reset.Kind, reset.Answered!.Frame));
        Assert.Equal(["data-after-close"], found.Kinds());
        Assert.Equal(CloseForm.Reset, found.Facts.Form);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ToASegmentOfAConnectionThatNoLongerExists()
    {
        CapturedReset reset = await ResetOfAsync(new CaptureBuilder().Open().Data(Client, 20)
            .Add(Client, Data, 5, after: 3600).Add(Server, TcpFlags.Rst, window: 0));
        Assert.Equal((ResetKind.NoConnection, 6), (reset.Kind, reset.Answered!.Frame));
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AfterBothFinsIsHarmless()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Fin(Client).Fin(Server)
            .Add(Client, TcpFlags.Ack).Add(Server, TcpFlags.Rst, window: 0));
        Assert.Equal(ResetKind.AfterClose, Assert.Single(found.Facts.Resets).Kind);
        Assert.Equal(CloseForm.FourSegments, found.Facts.Form);
        Assert.Contains(CloseStory.Of(found.Facts), s => s.Contains("It is harmless", StringComparison.Ordinal));
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ThatCarriesBytesAddsNothingToTheStream()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Data(Server, 7)
            .Add(Client, RstAck, 13));
        Assert.Equal((0, 7), (found.Facts.Connection.From(Client).Bytes, found.Facts.Connection.From(Server).Bytes));
        Assert.Contains("13 bytes, which are not data of the stream", found.Remark("rst-with-data").Sentence,
            StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task OutOfWindowIsIgnored()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Data(Server, 100)
            .Add(Server, RstAck, sequence: -50).Data(Client, 5).Data(Server, 5).Fin(Client).Fin(Server));
        Assert.True(Assert.Single(found.Facts.Resets).IsIgnored);
        Assert.Contains("rst-ignored", found.Kinds());
        Assert.Equal("TimeWait", $"{found.Facts.States.Last(s => s.Side == Client).State}");
        Assert.Equal(["CloseWait", "LastAck", "Closed"],
            found.Facts.States.Where(s => s.Side == Server).TakeLast(3).Select(s => $"{s.State}"));
        Assert.Equal(CloseForm.FourSegments, found.Facts.Form);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task FromABoxBetweenTheEndsHasAnotherTimeToLive()
    {
        CaptureBuilder Until(CaptureBuilder built) => built.Open().Data(Client, 5).Data(Server, 5);
        CapturedReset strange = await ResetOfAsync(Until(new()).Add(Server, RstAck, ttl: 57)),
            fitting = await ResetOfAsync(Until(new()).Add(Server, RstAck)),
            otherId = await ResetOfAsync(Until(new()).Data(Server, 1).Add(Server, RstAck, id: 9999));
        Assert.Equal("its time to live is 57, but 64 in the other segments of that end", strange.Suspicion);
        Assert.Null(fitting.Suspicion);
        Assert.Contains("its IP identification is 9999", otherId.Suspicion, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AfterKeepAlivesThatNothingAnswers()
    {
        CaptureBuilder built = new CaptureBuilder().Open().Data(Client, 5).Data(Server, 5);
        for (int i = 0; i < 4; i++) built.Add(Server, TcpFlags.Ack, sequence: -1, after: 75);
        Explanation found = await ExplainedCapture.OfAsync(built.Add(Server, RstAck, after: 75));
        Assert.Equal(ResetKind.GaveUp, Assert.Single(found.Facts.Resets).Kind);
        Assert.Equal(4, found.Remark("keep-alive").Frames.Count);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ToASegmentThatWasOnItsWayWhenTheEndAborted()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Data(Client, 20)
            .Add(Server, RstAck).Add(Client, Data, 5, after: 0.0001).Add(Server, TcpFlags.Rst, window: 0));
        Assert.Equal([ResetKind.UnreadData, ResetKind.AfterReset], found.Facts.Resets.Select(r => r.Kind));
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ToASynAckAbortsTheOpening()
    {
        CapturedReset reset = await ResetOfAsync(new CaptureBuilder().Add(Client, TcpFlags.Syn)
            .Add(Server, TcpFlags.Syn | TcpFlags.Ack).Add(Client, TcpFlags.Rst, window: 0));
        Assert.Equal((ResetKind.OpeningAborted, 2), (reset.Kind, reset.Answered!.Frame));
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AfterRealTrafficIsNoRefusalAlthoughTheSynAckIsMissing()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Add(Client, TcpFlags.Syn)
            .Add(Server, TcpFlags.Syn | TcpFlags.Ack, isCaptured: false).Add(Client, TcpFlags.Ack).Data(Client, 9)
            .Data(Server, 9).Add(Server, RstAck, after: 5));
        Assert.NotEqual(ResetKind.Refused, Assert.Single(found.Facts.Resets).Kind);
        Assert.Contains("syn-ack-not-captured", found.Kinds());
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task CannotBeKnownIfTheBeginningIsMissing()
    {
        CaptureBuilder alone = new CaptureBuilder().Add(Server, RstAck),
            soon = new CaptureBuilder().Data(Client, 7).Add(Server, RstAck),
            late = new CaptureBuilder().Data(Server, 7).Add(Server, RstAck, after: 1);
        foreach (CaptureBuilder built in (CaptureBuilder[])[alone, soon, late])
        {
            Explanation found = await ExplainedCapture.OfAsync(built);
            CapturedReset reset = Assert.Single(found.Facts.Resets);
            Assert.Equal((ResetKind.UnreadDataOrLinger0, false), (reset.Kind, reset.IsCertain));
            string story = ExplainedCapture.Story(found);
            Assert.Contains("cannot be known, because the beginning of the connection is not in the capture", story,
                StringComparison.Ordinal);
            Assert.DoesNotContain("listener", story, StringComparison.Ordinal);
        }
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task OnlyTheDataThatMetAClosedSocketIsLost()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Fin(Client).Data(Server, 1000)
            .Data(Server, 1000).Add(Server, Data, 1000).Add(Client, TcpFlags.Rst, window: 0));
        Assert.Contains("sent 1000 bytes to a socket", found.Remark("data-after-close").Sentence,
            StringComparison.Ordinal);
        Assert.Contains("sent 2000 bytes after", found.Remark("data-after-fin").Sentence, StringComparison.Ordinal);
    }

    private static async Task<CapturedReset> ResetOfAsync(CaptureBuilder built) =>
        Assert.Single((await ExplainedCapture.OfAsync(built)).Facts.Resets);
}
