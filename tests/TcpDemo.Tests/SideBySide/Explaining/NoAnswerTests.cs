using SideBySide.Captures;
using SideBySide.Explaining;
using static TcpClose.Events.Side;

namespace TcpDemo.Tests.SideBySide.Explaining;

/// <summary>If an end does not answer, each possible cause is named.</summary>
[Trait("Tier", "Long")]
public sealed class NoAnswerTests
{
    private const TcpFlags RstAck = TcpFlags.Rst | TcpFlags.Ack, Data = TcpFlags.Psh | TcpFlags.Ack;

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task TheWayBackMayBeBlocked()
    {
        string sentence = (await ExplainedCapture.OfAsync(Repeat(new CaptureBuilder().Open().Data(Client, 10))))
            .Remark("not-answered").Sentence;
        Assert.Contains("the server is gone", sentence, StringComparison.Ordinal);
        Assert.Contains("the way back is blocked. A capture at the server, too", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("accept queue", sentence, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AServerThatAnswersAnotherConnectionIsNotGone()
    {
        CaptureBuilder built = Repeat(new CaptureBuilder().Open().Data(Client, 10));
        built.Client = 40001;
        string sentence = (await ExplainedCapture.AllOfAsync(built.Again(1).Open()))[0].Remark("not-answered").Sentence;
        Assert.DoesNotContain("the server is gone", sentence, StringComparison.Ordinal);
        Assert.Contains("answered connection 2 later", sentence, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AnAcceptQueueThatIsFullDropsTheThirdSegmentAndTheData() =>
        Assert.Contains("accept queue is full (the listen backlog)", (await ExplainedCapture.OfAsync(
            Repeat(new CaptureBuilder().Open()))).Remark("not-answered").Sentence, StringComparison.Ordinal);

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AFinThatNothingAcknowledgesMayHaveBeenAnswered()
    {
        CaptureBuilder built = new CaptureBuilder().Open().Add(Server, TcpFlags.Fin | TcpFlags.Ack);
        for (int i = 1; i < 4; i++) built.Add(Server, TcpFlags.Fin | TcpFlags.Ack, sequence: -1, after: i);
        Assert.Contains("the way back is blocked", (await ExplainedCapture.OfAsync(built)).Remark("fin-repeated")
            .Sentence, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task KeepAliveIsNotAdvisedIfThereWereProbes()
    {
        CaptureBuilder built = new CaptureBuilder().Open().Data(Client, 5).Data(Server, 5);
        for (int i = 0; i < 3; i++) built.Add(Client, TcpFlags.Ack, sequence: -1, after: 2);
        string story = await ExplainedCapture.StoryAsync(built.Add(Client, RstAck, after: 2)),
            without = await ExplainedCapture.StoryAsync(
                Repeat(new CaptureBuilder().Open().Data(Client, 9)).Add(Client, RstAck));
        Assert.DoesNotContain("send something more often", story, StringComparison.Ordinal);
        Assert.Contains("Keep-alive probes were sent", story, StringComparison.Ordinal);
        Assert.Contains("The server may still hold the connection", story, StringComparison.Ordinal);
        Assert.Contains("send something more often (keep-alive)", without, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ASynIsNotSentToAWrongAddressIfAnotherConnectionOpened()
    {
        CaptureBuilder built = new CaptureBuilder().Open();
        built.Client = 40001;
        IReadOnlyList<Explanation> both = await ExplainedCapture.AllOfAsync(built.Again(1).Add(Client, TcpFlags.Syn)
            .Add(Client, TcpFlags.Syn, sequence: -1, after: 1));
        string sentence = both[1].Remark("syn-not-answered").Sentence;
        Assert.DoesNotContain("address is wrong", sentence, StringComparison.Ordinal);
        Assert.Contains("because connection 1 to them was answered", sentence, StringComparison.Ordinal);
        Assert.Contains("accept queue is full", sentence, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task TheStateOfAServerThatDoesNotAnswerIsNotKnown()
    {
        CaptureBuilder unanswered = new CaptureBuilder().Add(Client, TcpFlags.Syn),
            refused = new CaptureBuilder().Add(Client, TcpFlags.Syn).Add(Server, RstAck);
        Assert.Contains("the address is wrong", (await ExplainedCapture.OfAsync(unanswered))
            .Remark("syn-not-answered").Sentence, StringComparison.Ordinal);
        Assert.Equal([Client],
            InferredLadder.Of((await ExplainedCapture.OfAsync(unanswered)).Facts).InitialStates.Keys);
        Assert.Equal(2, InferredLadder.Of((await ExplainedCapture.OfAsync(refused)).Facts).InitialStates.Count);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AnEndThatRepeatsWhatIsAcknowledgedReceivesNothing()
    {
        CaptureBuilder built = new CaptureBuilder().Open().Data(Client, 100).Add(Client, Data, 100)
            .Add(Server, Data, 2, after: 0.001);
        for (int i = 1; i < 5; i++)
        {
            built.Add(Server, Data, 2, sequence: -2, after: 0.2 * i)
                .Add(Client, Data, 100, sequence: -100, acknowledgement: -2, after: 0.001)
                .Add(Server, TcpFlags.Ack, after: 0.001);
        }

        Explanation found = await ExplainedCapture.OfAsync(built);
        Assert.Equal(["acks-not-received", "sent-again"], found.Kinds());
        string sentence = found.Remark("acks-not-received").Sentence;
        Assert.StartsWith("The client sent frame 6 again 4 times, although the server acknowledged it", sentence,
            StringComparison.Ordinal);
        Assert.Contains("the way back is blocked", sentence, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ASynAckThatIsRepeatedMayMeanAnAcceptQueueThatIsFull()
    {
        CaptureBuilder built = new CaptureBuilder().Open();
        for (int i = 1; i < 4; i++)
        {
            built.Add(Server, TcpFlags.Syn | TcpFlags.Ack, sequence: -1, after: i)
                .Add(Client, TcpFlags.Ack, after: 0.001);
        }

        Assert.Contains("accept queue", (await ExplainedCapture.OfAsync(built)).Remark("acks-not-received").Sentence,
            StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task RepetitionsBeforeTheAckArrivedAreNormal()
    {
        CaptureBuilder built = new CaptureBuilder().Open().Add(Client, Data, 100);
        for (int i = 1; i < 5; i++) built.Add(Client, Data, 100, sequence: -100, after: 0.2 * i);
        Assert.DoesNotContain("acks-not-received", (await ExplainedCapture.OfAsync(built.Add(Server, TcpFlags.Ack)
            .Data(Client, 10))).Kinds());
    }

    private static CaptureBuilder Repeat(CaptureBuilder built)
    {
        built.Add(Client, Data, 10);
        for (int i = 1; i < 5; i++) built.Add(Client, Data, 10, sequence: -10, after: i);
        return built;
    }
}
