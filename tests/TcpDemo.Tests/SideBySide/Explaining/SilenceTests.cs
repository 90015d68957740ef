using SideBySide.Captures;
using SideBySide.Explaining;
using SideBySide.Explaining.Remarks;
using static TcpClose.Events.Side;

namespace TcpDemo.Tests.SideBySide.Explaining;

/// <summary>
/// A time without answers is described by its first and last frame, and by the evidence of its cause.
/// </summary>
[Trait("Tier", "Long")]
public sealed class SilenceTests
{
    private const TcpFlags Data = TcpFlags.Psh | TcpFlags.Ack, FinAck = TcpFlags.Fin | TcpFlags.Ack;

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ASilenceThatARstEndsHasTwoLimits()
    {
        Remark remark = (await ExplainedCapture.OfAsync(Repeat(new CaptureBuilder().Open().Data(Client, 5), 100)
            .Add(Server, TcpFlags.Rst))).Remark("not-answered");
        Assert.StartsWith("Between frames 5 and 11, nothing answered the client, although it sent frame 6 again 4 ",
            remark.Sentence, StringComparison.Ordinal);
        Assert.Equal([5, 11], remark.Frames);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AnEndThatGaveUpSilentlyLostItsBytes()
    {
        CaptureBuilder built = new CaptureBuilder().Open().Data(Server, 50).Add(Server, Data, 1000);
        for (int i = 1; i < 5; i++) built.Add(Server, Data, 1000, sequence: -1000, after: i);
        string sentence = (await ExplainedCapture.OfAsync(built.Add(Client, Data, 10, acknowledgement: -1000, after: 5)
            .Add(Server, TcpFlags.Rst, sequence: -1000))).Remark("not-answered").Sentence;
        Assert.Contains("Then it gave up: its RST (frame 12)", sentence, StringComparison.Ordinal);
        Assert.Contains("1000 bytes of the server were never acknowledged", sentence, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task OnlyLargeSegmentsThatAreLostShowAPathMtu()
    {
        string Sentence(Explanation found) => found.Remark("not-answered").Sentence;
        Assert.Contains("Probably packets of this size do not pass (a path MTU black hole): the segments of 1448 bytes",
            Sentence(await ExplainedCapture.OfAsync(Repeat(new CaptureBuilder().Open().Data(Client, 500), 1448))),
            StringComparison.Ordinal);
        Assert.DoesNotContain("MTU",
            Sentence(await ExplainedCapture.OfAsync(Repeat(new CaptureBuilder().Open().Data(Client, 1448), 1448))),
            StringComparison.Ordinal);
        Assert.DoesNotContain("MTU",
            Sentence(await ExplainedCapture.OfAsync(Repeat(new CaptureBuilder().Open().Data(Client, 50), 300))),
            StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ACaptureAtTheServerNeedsNoOtherOne()
    {
        string sentence = (await ExplainedCapture.OfAsync(Repeat(new CaptureBuilder().Add(Client, TcpFlags.Syn)
            .Add(Server, TcpFlags.Syn | TcpFlags.Ack, after: 0.0001).Add(Client, TcpFlags.Ack, after: 0.04), 200)))
            .Remark("not-answered").Sentence;
        Assert.Contains("seems to be made at the server or near it", sentence, StringComparison.Ordinal);
        Assert.Contains("accept queue is full", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("A capture at the server, too", sentence, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ANewConnectionIsNotForgotten()
    {
        string young = (await ExplainedCapture.OfAsync(Repeat(new CaptureBuilder().Open().Data(Client, 5), 100)))
            .Remark("not-answered").Sentence,
            old = (await ExplainedCapture.OfAsync(Repeat(new CaptureBuilder().Open().Data(Client, 5), 100, after: 9)))
                .Remark("not-answered").Sentence;
        Assert.DoesNotContain("forgotten", young, StringComparison.Ordinal);
        Assert.Contains("forgotten", old, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AnOpeningThatNeedsManySynsIsSlow()
    {
        CaptureBuilder built = new CaptureBuilder().Add(Client, TcpFlags.Syn);
        for (int i = 0; i < 4; i++) built.Add(Client, TcpFlags.Syn, sequence: -1, after: 1);
        Remark remark = (await ExplainedCapture.OfAsync(built.Add(Server, TcpFlags.Syn | TcpFlags.Ack)
            .Add(Client, TcpFlags.Ack).Data(Client, 5).Fin(Client).Fin(Server))).Remark("syn-repeated");
        Assert.StartsWith("Opening took 4.01 s, because the client's SYN was sent 5 times", remark.Sentence,
            StringComparison.Ordinal);
        Assert.Contains("accept queue was full", remark.Sentence, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3, 4, 5, 6], remark.Frames);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AFinThatIsRepeatedAfterItsAckDidNotGetThatAck()
    {
        CaptureBuilder built = new CaptureBuilder().Open().Fin(Client);
        for (int i = 1; i < 4; i++)
            built.Add(Client, FinAck, sequence: -1, after: i).Add(Server, TcpFlags.Ack, after: 0.001);
        Explanation found = await ExplainedCapture.OfAsync(built.Add(Server, FinAck, after: 1)
            .Add(Client, TcpFlags.Ack));
        Assert.Contains("although the server acknowledged it (frames 5, 7 and 9): these ACKs were lost after",
            found.Remark("fin-repeated").Sentence, StringComparison.Ordinal);
        Assert.Contains("reached the client in that time", found.Remark("acks-not-received").Sentence,
            StringComparison.Ordinal);
    }

    private static CaptureBuilder Repeat(CaptureBuilder built, int length, double after = 0.01)
    {
        built.Add(Client, Data, length, after: after);
        for (int i = 1; i < 5; i++) built.Add(Client, Data, length, sequence: -length, after: i);
        return built;
    }
}
