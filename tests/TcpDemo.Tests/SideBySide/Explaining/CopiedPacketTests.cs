using SideBySide.Captures;
using SideBySide.Explaining;
using SideBySide.Explaining.Remarks;
using static TcpClose.Events.Side;

namespace TcpDemo.Tests.SideBySide.Explaining;

/// <summary>If a capture was merged from two places, the copies of a packet do not count as repetitions.</summary>
[Trait("Tier", "Long")]
public sealed class CopiedPacketTests
{
    private const TcpFlags FinAck = TcpFlags.Fin | TcpFlags.Ack, Data = TcpFlags.Psh | TcpFlags.Ack;

    [ConditionalTheory(Needs.Linux, "tshark")]
    [InlineData(true, 0)]
    [InlineData(true, 1)]
    [InlineData(true, 9)]
    [InlineData(false, 1)]
    public async Task MergedCapturesHaveEachPacketTwice(bool isIPv6, int hops)
    {
        Explanation found = await ExplainedCapture.OfAsync(
            Twice(new CaptureBuilder { IsIPv6 = isIPv6, HasTimeStamps = true }, hops));
        Assert.Equal(["captured-twice"], found.Kinds());
        Assert.Equal((7, CloseForm.ThreeSegments), (found.Facts.Connection.Duplicates, found.Facts.Form));
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task WithoutTimeStampsTheIdentificationShowsIt() =>
        Assert.Equal(["captured-twice"], (await ExplainedCapture.OfAsync(Twice(new CaptureBuilder(), 1))).Kinds());

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ARepetitionHasANewerTimeStamp()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder { IsIPv6 = true, HasTimeStamps = true }
            .Open().Add(Client, Data, 50).Add(Client, Data, 50, sequence: -50, after: 0.02).Add(Server, TcpFlags.Ack)
            .Add(Client, FinAck).Add(Client, FinAck, sequence: -1, after: 0.2).Add(Server, FinAck)
            .Add(Client, TcpFlags.Ack));
        Assert.Equal(["fin-repeated", "sent-again"], found.Kinds());
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task TheTrueNumberOfFramesIsTold()
    {
        CaptureBuilder built = new CaptureBuilder().Open().Fin(Client);
        for (int i = 0; i < 100; i++) built.Data(Server, 1000, after: 0.001);
        Remark remark = (await ExplainedCapture.OfAsync(built.Fin(Server))).Remark("data-after-fin");
        Assert.Equal(100, remark.Count);
        Assert.InRange(remark.Frames.Count, 1, 99);
        Assert.EndsWith("(100 frames)", remark.FrameNumbers, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task TheFirstFinMayBeBeforeTheCapture()
    {
        Explanation late = await ExplainedCapture.OfAsync(new CaptureBuilder().Data(Server, 3000).Fin(Server)),
            proved = await ExplainedCapture.OfAsync(new CaptureBuilder().Data(Client, 5).Data(Server, 3000)
                .Fin(Server));
        Assert.Equal((null, Server), (late.Facts.FirstToEnd, proved.Facts.FirstToEnd));
        Assert.DoesNotContain("end-never-came", late.Kinds());
        Assert.Contains("end-never-came", proved.Kinds());
        Assert.Empty(late.Facts.States);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AMissingFinIsNotCountedAsAByteWithoutANote()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Data(Client, 20)
            .Add(Client, Data, 600, isCaptured: false).Add(Client, FinAck, isCaptured: false)
            .Add(Server, Data, 400).Add(Client, TcpFlags.Rst));
        Assert.Contains("may be that of a FIN", found.Remark("not-captured").Sentence, StringComparison.Ordinal);
        string story = ExplainedCapture.Story(found);
        Assert.Contains("601 of them not captured; the last one may be a FIN", story, StringComparison.Ordinal);
        Assert.Contains("its FIN is among what the capture missed", story, StringComparison.Ordinal);
    }

    // The second place captures each packet 20 ms later.
    private static CaptureBuilder Twice(CaptureBuilder built, int hops) => built
        .Add(Client, TcpFlags.Syn).Copy(0.02, hops).Add(Server, TcpFlags.Syn | TcpFlags.Ack).Copy(0.02, hops)
        .Add(Client, TcpFlags.Ack).Copy(0.02, hops).Add(Client, Data, 50).Copy(0.02, hops)
        .Add(Client, FinAck).Copy(0.02, hops).Add(Server, FinAck).Copy(0.02, hops)
        .Add(Client, TcpFlags.Ack).Copy(0.02, hops);
}
