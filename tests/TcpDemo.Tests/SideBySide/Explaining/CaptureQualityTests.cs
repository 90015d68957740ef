using SideBySide.Captures;
using SideBySide.Explaining;
using static TcpClose.Events.Side;

namespace TcpDemo.Tests.SideBySide.Explaining;

/// <summary>
/// Segments that the network lost are distinguished from segments that the capture lacks or has twice.
/// </summary>
[Trait("Tier", "Long")]
public sealed class CaptureQualityTests
{
    private const TcpFlags FinAck = TcpFlags.Fin | TcpFlags.Ack, Data = TcpFlags.Psh | TcpFlags.Ack;

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task BytesThatTheCaptureMissedWereAcknowledged()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open()
            .Add(Server, Data, 2902, isCaptured: false).Fin(Server).Fin(Client));
        Assert.Equal((2902, 0),
            (found.Facts.Connection.From(Server).Missing, found.Facts.Connection.From(Client).Missing));
        Assert.Equal(["not-captured"], found.Kinds());
        Assert.Contains("the network did not lose them", found.Remarks[0].Sentence, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ALostSegmentIsSentAgainLater()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open()
            .Add(Server, Data, 100, isCaptured: false).Add(Server, Data, 50)
            .Add(Client, TcpFlags.Ack, acknowledgement: -150)
            .Add(Server, Data, 100, sequence: -150, after: 0.2).Add(Client, TcpFlags.Ack).Fin(Client).Fin(Server));
        Assert.Equal(0, found.Facts.Connection.From(Server).Missing);
        Assert.Equal(150, found.Facts.Connection.From(Server).Bytes);
        Assert.Equal([6], found.Remark("lost-and-sent-again").Frames);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ASegmentOutOfOrderWasNotLost()
    {
        // The IP identification shows that the late segment was sent first.
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open()
            .Add(Server, Data, 100, isCaptured: false, id: 41000).Add(Server, Data, 50, id: 41001)
            .Add(Server, Data, 100, sequence: -150, after: 0.0005, id: 41000).Add(Client, TcpFlags.Ack));
        Assert.Equal(["out-of-order"], found.Kinds());
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AFinThatOvertakesItsData()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open()
            .Add(Server, Data, 13, isCaptured: false, id: 41000).Add(Server, FinAck, id: 41001)
            .Add(Server, Data, 13, sequence: -14, after: 0.0002, id: 41000).Add(Client, TcpFlags.Ack).Fin(Client));
        Assert.Equal([4, 5], found.Remark("fin-overtook-data").Frames);
        Assert.Equal(13, found.Facts.Connection.From(Server).Bytes);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AFrameThatWasCapturedTwiceIsNoRepetition()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Add(Client, TcpFlags.Syn).Copy()
            .Add(Server, TcpFlags.Syn | TcpFlags.Ack).Copy().Add(Client, TcpFlags.Ack).Copy()
            .Add(Client, Data, 5).Copy().Fin(Client).Copy().Fin(Server).Copy());
        Assert.Equal([2, 4, 6, 8, 11, 14], found.Facts.Connection.DuplicateFrames);
        Assert.Equal(["captured-twice"], found.Kinds());
        Assert.Equal(CloseForm.FourSegments, found.Facts.Form);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ARepeatedFinIsTold()
    {
        Explanation unanswered = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Add(Client, FinAck)
            .Add(Client, FinAck, sequence: -1, after: 0.2).Add(Client, FinAck, sequence: -1, after: 0.4)),
            answered = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Add(Client, FinAck)
                .Add(Client, FinAck, sequence: -1, after: 0.2).Add(Server, TcpFlags.Ack).Fin(Server)),
            newerAck = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Add(Client, FinAck)
                .Add(Server, FinAck, acknowledgement: -1).Add(Client, FinAck, sequence: -1, after: 0.001)
                .Add(Server, TcpFlags.Ack));
        Assert.Contains("repeated its FIN twice", unanswered.Remark("fin-repeated").Sentence, StringComparison.Ordinal);
        Assert.Contains("nothing acknowledged it", unanswered.Remark("fin-repeated").Sentence,
            StringComparison.Ordinal);
        Assert.Contains("the FIN or its ACK was lost", answered.Remark("fin-repeated").Sentence,
            StringComparison.Ordinal);
        Assert.Contains("nothing was lost", newerAck.Remark("fin-repeated").Sentence, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ProbesAreNotRepetitions()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Data(Client, 5)
            .Add(Client, TcpFlags.Ack, sequence: -1, after: 60).Add(Server, TcpFlags.Ack)
            .Add(Server, TcpFlags.Ack, window: 0).Add(Client, TcpFlags.Ack, sequence: -1, after: 5).Fin(Client));
        Assert.Equal([6], found.Remark("keep-alive").Frames);
        Assert.Equal([9], found.Remark("zero-window-probe").Frames);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task SnappedFramesAreExplainedFromTheirHeaders()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Add(Client, Data, 1000, snap: 96)
            .Add(Server, TcpFlags.Ack).Fin(Client).Fin(Server));
        Assert.Equal(1000, found.Facts.Connection.From(Client).Bytes);
        Assert.Equal(["snapped"], found.Kinds());
    }

    [ConditionalTheory(Needs.Linux, "tshark")]
    [InlineData(1, false, false)]
    [InlineData(1, false, true)]
    [InlineData(1, true, false)]
    [InlineData(0, false, false)]
    [InlineData(101, false, false)]
    [InlineData(101, true, false)]
    [InlineData(113, false, false)]
    [InlineData(276, false, false)]
    [InlineData(276, true, false)]
    public async Task EveryLinkTypeIsRead(int linkType, bool isIPv6, bool hasVlan)
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder
        {
            LinkType = linkType,
            IsIPv6 = isIPv6,
            HasVlan = hasVlan,
        }.Open().Data(Client, 13).Fin(Client).Fin(Server));
        Assert.Equal(CloseForm.FourSegments, found.Facts.Form);
        Assert.Equal(isIPv6 ? "[2001::1]:40000" : "10.0.0.1:40000", $"{found.Facts.Connection.Client}");
        Assert.Empty(found.Remarks);
    }
}
