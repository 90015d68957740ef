using SideBySide.Captures;
using SideBySide.Explaining;
using static TcpClose.Events.Side;

namespace TcpDemo.Tests.SideBySide.Explaining;

/// <summary>The story counts the bytes that may be lost, and finds time-outs and programs that ended.</summary>
[Trait("Tier", "Long")]
public sealed class LossAndTimeoutTests
{
    private const TcpFlags RstAck = TcpFlags.Rst | TcpFlags.Ack, Data = TcpFlags.Psh | TcpFlags.Ack,
        FinAck = TcpFlags.Fin | TcpFlags.Ack;

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ConnectionsThatAreResetTogetherEndWithTheirProgram()
    {
        CaptureBuilder built = new CaptureBuilder().Open();
        built.Client = 40001;
        built.Again(0).Open().Add(Server, RstAck, after: 3);
        built.Client = 40000;
        IReadOnlyList<Explanation> both = await ExplainedCapture.AllOfAsync(
            built.Again(0).Add(Server, RstAck, sequence: -100_000, acknowledgement: -100_000, after: 0.001));
        string story = ExplainedCapture.Story(both[1]),
            alone = await ExplainedCapture.StoryAsync(new CaptureBuilder().Open().Add(Server, RstAck, after: 3));
        Assert.Contains("reset connection 1 at the same time", story, StringComparison.Ordinal);
        Assert.Contains("if the program did not end, look for a time-out", story, StringComparison.Ordinal);
        Assert.DoesNotContain("raise it", story, StringComparison.Ordinal);
        Assert.Contains("look for a time-out of that length at the server", alone, StringComparison.Ordinal);
        Assert.Contains("raise it", alone, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AServerThatIsKilledLosesWhatItHadNotAcknowledgedAndNotRead()
    {
        string story = await ExplainedCapture.StoryAsync(new CaptureBuilder().Open().Data(Client, 14000)
            .Add(Client, Data, 23000).Add(Server, RstAck, acknowledgement: -23000));
        Assert.Contains("Of the 37000 bytes that the client sent, 14000 were acknowledged. The other 23000 are lost.",
            story, StringComparison.Ordinal);
        Assert.Contains("not read are discarded: up to 14000", story, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task EachKindOfResetCountsWhatIsLost()
    {
        CaptureBuilder late = new CaptureBuilder().Open().Fin(Server).Add(Client, Data, 6).Add(Server, TcpFlags.Rst),
            forgotten = new CaptureBuilder().Open().Data(Client, 20).Add(Client, Data, 5, after: 9)
                .Add(Server, TcpFlags.Rst),
            gaveUp = new CaptureBuilder().Open().Data(Client, 4).Add(Client, Data, 6);
        for (int i = 1; i < 4; i++) gaveUp.Add(Client, Data, 6, sequence: -6, after: i);
        Assert.Contains("None of the 6 bytes that the client sent was acknowledged: they are lost.",
            await ExplainedCapture.StoryAsync(late), StringComparison.Ordinal);
        string story = await ExplainedCapture.StoryAsync(forgotten);
        Assert.Contains("Of the 25 bytes that the client sent, 20 were acknowledged. The other 5 are lost.", story,
            StringComparison.Ordinal);
        Assert.Contains("Before frame 6, neither end had sent data or a FIN for 9.01 s", story,
            StringComparison.Ordinal);
        Assert.Contains("Of the 10 bytes that the client sent, 4 were acknowledged. The other 6 may be lost.",
            await ExplainedCapture.StoryAsync(gaveUp.Add(Client, RstAck, after: 4)), StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AFinInsteadOfAnAnswerIsATimeOut()
    {
        // The ACK of the client's FIN is late.
        string story = await ExplainedCapture.StoryAsync(new CaptureBuilder().Open().Data(Client, 12)
            .Add(Client, FinAck).Add(Server, TcpFlags.Ack, after: 0.05).Add(Server, FinAck, after: 1.95)
            .Add(Client, TcpFlags.Ack)),
            answered = await ExplainedCapture.StoryAsync(new CaptureBuilder().Open().Data(Client, 12)
                .Data(Server, 5).Fin(Server, after: 2).Fin(Client));
        Assert.Contains("after 2.00 s in which neither end sent data", story, StringComparison.Ordinal);
        Assert.Contains("The server had not answered the 12 bytes", story, StringComparison.Ordinal);
        Assert.Contains("a time-out of 2.00 s at the server", story, StringComparison.Ordinal);
        Assert.DoesNotContain("had not answered", answered, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task TheTimeOfAClosedWindowIsMeasured()
    {
        CaptureBuilder built = new CaptureBuilder().Open().Add(Client, Data, 5000)
            .Add(Server, TcpFlags.Ack, window: 0);
        for (int i = 1; i < 4; i++)
            built.Add(Client, TcpFlags.Ack, sequence: -1, after: i).Add(Server, TcpFlags.Ack, after: 0, window: 0);
        Explanation open = await ExplainedCapture.OfAsync(built.Add(Server, TcpFlags.Ack, after: 1).Fin(Client));
        Assert.Contains("The server's window was 0 for 7.00 s (frames 5 to 12).",
            open.Remark("zero-window-probe").Sentence, StringComparison.Ordinal);
    }
}
