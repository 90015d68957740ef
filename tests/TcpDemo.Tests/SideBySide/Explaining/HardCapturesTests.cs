using SideBySide.Captures;
using SideBySide.Explaining;
using SideBySide.Explaining.Resets;
using static TcpClose.Events.Side;

namespace TcpDemo.Tests.SideBySide.Explaining;

/// <summary>Captures that are easily misinterpreted.</summary>
[Trait("Tier", "Long")]
public sealed class HardCapturesTests
{
    private const TcpFlags RstAck = TcpFlags.Rst | TcpFlags.Ack, Data = TcpFlags.Psh | TcpFlags.Ack,
        FinAck = TcpFlags.Fin | TcpFlags.Ack;

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ARequestThatCrossesTheFinOfAnIdleConnectionIsARace()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Data(Client, 80)
            .Data(Server, 200).Add(Client, Data, 80, after: 2).Add(Server, FinAck, acknowledgement: -80, after: 0.001)
            .Add(Client, TcpFlags.Ack).Add(Server, TcpFlags.Rst, sequence: -1));
        CapturedReset reset = Assert.Single(found.Facts.Resets);
        Assert.Equal((ResetKind.DataAfterClose, false), (reset.Kind, reset.IsIgnored));
        string story = string.Join('\n', ResetAdvice.Of(found.Facts, [reset]));
        Assert.Contains("data and FIN crossed", story, StringComparison.Ordinal);
        Assert.Contains("closes it as idle (2.01 s", story, StringComparison.Ordinal);
        Assert.Contains("data-after-close", found.Kinds());
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ARstAfterASilenceIsATimeOut()
    {
        CapturedReset reset = Assert.Single((await ExplainedCapture.OfAsync(new CaptureBuilder().Open()
            .Data(Client, 80).Data(Server, 35000).Add(Client, RstAck, after: 2))).Facts.Resets);
        Assert.Equal((ResetKind.Linger0, false, 2.01), (reset.Kind, reset.IsCertain, reset.Silence.TotalSeconds));
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AClientThatResetsSoonAfterItsRequestMayHaveAborted()
    {
        CapturedReset reset = Assert.Single((await ExplainedCapture.OfAsync(new CaptureBuilder().Open()
            .Data(Client, 80).Data(Server, 200).Data(Client, 80).Add(Client, RstAck, after: 0.05))).Facts.Resets);
        Assert.Equal((ResetKind.UnreadDataOrLinger0, false), (reset.Kind, reset.IsCertain));
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AClosedWindowProvesThatDataIsUnread()
    {
        CapturedReset reset = Assert.Single((await ExplainedCapture.OfAsync(new CaptureBuilder().Open()
            .Add(Client, Data, 5000).Add(Server, TcpFlags.Ack, window: 0).Add(Server, RstAck, after: 3))).Facts.Resets);
        Assert.Equal((ResetKind.UnreadData, true), (reset.Kind, reset.IsCertain));
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ABurstOfEqualResetsIsNoMirroredPort()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Add(Client, Data, 10)
            .Add(Client, Data, 10, after: 0.0001).Add(Server, TcpFlags.Rst, id: 0)
            .Add(Server, TcpFlags.Rst, id: 0, after: 0.0001));
        Assert.Equal(2, found.Facts.Resets.Count);
        Assert.DoesNotContain("captured-twice", found.Kinds());
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task LinuxAcceptsAResetWithTheNumberOfTheFin()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Fin(Client)
            .Add(Client, TcpFlags.Rst, sequence: -1));
        Assert.False(Assert.Single(found.Facts.Resets).IsIgnored);
        Assert.Equal(CloseForm.Reset, found.Facts.Form);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AResetAfterBytesThatTheCaptureMissedIsNotIgnored()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open()
            .Add(Client, Data, 700, isCaptured: false).Add(Client, RstAck).Add(Server, TcpFlags.Ack));
        Assert.False(Assert.Single(found.Facts.Resets).IsIgnored);
        Assert.Equal(CloseForm.Reset, found.Facts.Form);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task EachRepeatedSynIsRefused()
    {
        CaptureBuilder built = new();
        for (int i = 0; i < 3; i++) built.Add(Client, TcpFlags.Syn, sequence: i == 0 ? 0 : -1).Add(Server, RstAck);
        Explanation found = await ExplainedCapture.OfAsync(built);
        Assert.Equal([ResetKind.Refused, ResetKind.Refused, ResetKind.Refused],
            found.Facts.Resets.Select(r => r.Kind));
        Assert.Empty(found.Kinds());
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AKeepAliveOfAnEndThatHasSentNothingIsOne()
    {
        CaptureBuilder built = new CaptureBuilder().Open().Data(Server, 10);
        for (int i = 0; i < 2; i++) built.Add(Client, TcpFlags.Ack, sequence: -1, after: 60);
        Explanation found = await ExplainedCapture.OfAsync(built.Add(Client, RstAck, after: 60));
        Assert.Equal(ResetKind.GaveUp, Assert.Single(found.Facts.Resets).Kind);
        Assert.Contains("keep-alive", found.Kinds());
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task OneByteThatIsSentAgainIsNoKeepAlive()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Data(Client, 5)
            .Add(Client, Data, 1).Add(Client, Data, 1, sequence: -1, after: 0.2).Add(Server, TcpFlags.Ack));
        Assert.Equal(["sent-again"], found.Kinds());
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AnAcceptedWindowProbeIsNotMissing()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Add(Client, Data, 100)
            .Add(Server, TcpFlags.Ack, window: 0).Add(Client, TcpFlags.Ack, 1, after: 1).Add(Server, TcpFlags.Ack)
            .Data(Client, 50).Fin(Client).Fin(Server));
        Assert.Equal((0, 151), (found.Facts.Missing(Client), found.Facts.Connection.From(Client).Bytes));
        Assert.Equal(["zero-window-probe"], found.Kinds());
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task TheFirstFinIsKnownAlthoughTheCaptureMissedIt()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Data(Client, 10)
            .Add(Client, FinAck, isCaptured: false).Add(Server, TcpFlags.Ack).Fin(Server));
        Assert.Equal((Client, CloseForm.FourSegments), (found.Facts.FirstToEnd, found.Facts.Form));
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task TwoSynsThatCrossOpenOneConnection()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Add(Client, TcpFlags.Syn)
            .Add(Server, TcpFlags.Syn).Add(Client, TcpFlags.Syn | TcpFlags.Ack, sequence: -1)
            .Add(Server, TcpFlags.Syn | TcpFlags.Ack, sequence: -1).Data(Client, 5).Fin(Client).Fin(Server));
        Assert.Equal(CloseForm.FourSegments, found.Facts.Form);
        Assert.DoesNotContain("sent-again", found.Kinds());
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ASynThatMeetsAnOlderConnectionOpensAfterIt()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Add(Client, TcpFlags.Syn)
            .Add(Server, TcpFlags.Ack, sequence: 9_000_000, acknowledgement: 7_000_000)
            .Add(Client, TcpFlags.Rst, sequence: 7_000_000).Add(Client, TcpFlags.Syn, sequence: -1, after: 1)
            .Add(Server, TcpFlags.Syn | TcpFlags.Ack).Add(Client, TcpFlags.Ack).Data(Client, 10).Fin(Client)
            .Fin(Server));
        Assert.Equal((CloseForm.FourSegments, 0), (found.Facts.Form, found.Facts.Missing(Server)));
        Assert.Equal(["older-connection"], found.Kinds());
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task BothSidesOfARouterAreNoRepetitionsWithoutIdentifications()
    {
        CaptureBuilder built = new CaptureBuilder { IsIPv6 = true }.Open().Data(Client, 10);
        for (int i = 0; i < 3; i++) built.Add(Client, Data, 1000, after: 0.00001);
        for (int i = 0; i < 3; i++) built.Add(Client, Data, 1000, after: 0.0001, sequence: (i - 3) * 1000, ttl: 63);
        Explanation found = await ExplainedCapture.OfAsync(built.Add(Server, TcpFlags.Ack).Fin(Client).Fin(Server));
        Assert.Equal(["captured-twice"], found.Kinds());
        Assert.Equal(3, found.Facts.Connection.Duplicates);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AResetFromTheNextHopIsNotCertain()
    {
        CapturedReset reset = Assert.Single((await ExplainedCapture.OfAsync(new CaptureBuilder()
            .Add(Client, TcpFlags.Syn).Add(Server, TcpFlags.Syn | TcpFlags.Ack, ttl: 63).Add(Client, TcpFlags.Ack)
            .Add(Client, Data, 10).Add(Server, TcpFlags.Ack, ttl: 63).Add(Server, Data, 10, ttl: 63)
            .Add(Client, Data, 10).Add(Server, TcpFlags.Rst, ttl: 64))).Facts.Resets);
        Assert.Equal((null, false), (reset.Suspicion, reset.IsCertain));
        Assert.Contains("its time to live is 64, but 63", reset.NextHop, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AnotherInitialTimeToLiveIsNotSuspicious()
    {
        CapturedReset reset = Assert.Single((await ExplainedCapture.OfAsync(new CaptureBuilder()
            .Add(Client, TcpFlags.Syn).Add(Server, TcpFlags.Syn | TcpFlags.Ack, ttl: 123).Add(Client, TcpFlags.Ack)
            .Add(Server, FinAck, ttl: 123).Add(Client, Data, 24).Add(Server, TcpFlags.Rst, ttl: 59))).Facts.Resets);
        Assert.Equal((null, ResetKind.DataAfterClose), (reset.Suspicion, reset.Kind));
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ARstThatIsFarFromTheKeptSegmentsIsNotSuspicious()
    {
        CaptureBuilder built = new CaptureBuilder().Open();
        for (int i = 0; i < 300; i++) built.Add(Server, Data, 1000, after: 0.0001, id: (ushort)(30_000 + (i * 30)));
        for (int i = 0; i < 40; i++) built.Add(Client, TcpFlags.Ack, after: 0.0001);
        CapturedReset reset = Assert.Single((await ExplainedCapture.OfAsync(
            built.Add(Server, RstAck, id: 39_100))).Facts.Resets);
        Assert.Equal((null, false, ResetKind.Linger0), (reset.Suspicion, reset.IsOutOfWindow, reset.Kind));
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task DataOnItsWayIsNotSentInAHalfClosedConnection()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Data(Client, 10)
            .Add(Client, FinAck).Add(Server, Data, 5000, acknowledgement: -1).Add(Server, FinAck)
            .Add(Client, TcpFlags.Ack));
        Assert.DoesNotContain("data-after-fin", found.Kinds());
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task SegmentsThatNothingAnswersAreRemarked()
    {
        CaptureBuilder built = new CaptureBuilder().Open().Data(Client, 10).Add(Client, Data, 10);
        for (int i = 1; i < 5; i++) built.Add(Client, Data, 10, sequence: -10, after: i);
        Explanation found = await ExplainedCapture.OfAsync(built);
        Assert.Equal(["not-answered", "sent-again"], found.Kinds());
        Assert.Equal([5], found.Remark("not-answered").Frames);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ManyGapsOfTheCaptureAreCountedExactly()
    {
        CaptureBuilder built = new CaptureBuilder().Open();
        for (int i = 0; i < 600; i++) built.Add(Client, Data, 1000, after: 0.0001, isCaptured: i % 2 == 1);
        Explanation found = await ExplainedCapture.OfAsync(built.Add(Server, TcpFlags.Ack).Fin(Client).Fin(Server));
        Assert.Equal((300_000, 300_000), (found.Facts.Missing(Client), found.Facts.Connection.From(Client).Bytes));
    }
}
