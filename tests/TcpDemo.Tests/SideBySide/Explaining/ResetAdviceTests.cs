using SideBySide.Captures;
using SideBySide.Explaining;
using SideBySide.Explaining.Resets;
using static TcpClose.Events.Side;

namespace TcpDemo.Tests.SideBySide.Explaining;

/// <summary>The advice about a RST fits its sender and its receiver.</summary>
[Trait("Tier", "Long")]
public sealed class ResetAdviceTests
{
    private const TcpFlags RstAck = TcpFlags.Rst | TcpFlags.Ack, Data = TcpFlags.Psh | TcpFlags.Ack,
        FinAck = TcpFlags.Fin | TcpFlags.Ack;

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AResetSoonAfterDataThatMayBeReadHasItsCausesSideBySide()
    {
        // A stream whose receiver is killed. The receiver's window does not show that a part is unread.
        CaptureBuilder stream = new CaptureBuilder().Open();
        for (int i = 0; i < 18; i++) stream.Data(Server, 1000, after: 0.1);

        // As after a TLS alert: the client has sent data after the server's data.
        CaptureBuilder alert = new CaptureBuilder().Open().Data(Client, 517).Data(Server, 1321).Add(Client, Data, 7)
            .Add(Server, FinAck);
        foreach (CaptureBuilder built in (CaptureBuilder[])[stream, alert])
        {
            Explanation found = await ExplainedCapture.OfAsync(built.Add(Client, RstAck, after: 0.001));
            Assert.Equal(ResetKind.UnreadDataOrLinger0, Assert.Single(found.Facts.Resets).Kind);
            string story = ExplainedCapture.Story(found);
            Assert.Contains("closed the socket while data was unread; it was killed while data was unread; it aborted "
                + "(linger 0", story, StringComparison.Ordinal);
            Assert.Contains("If data was unread: the client's program should read", story, StringComparison.Ordinal);
            Assert.Contains("If linger 0 is set: remove", story, StringComparison.Ordinal);
            Assert.DoesNotContain("probably", story, StringComparison.Ordinal);
        }
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ASilenceIsASignOfAnAbortOnlyIfNothingIsUnread()
    {
        CaptureBuilder unread = new CaptureBuilder().Open().Data(Client, 20).Data(Server, 200),
            answered = new CaptureBuilder().Open().Data(Client, 20).Data(Server, 200);
        Assert.Equal(ResetKind.UnreadDataOrLinger0, (await LastResetAsync(unread.Add(Client, RstAck, after: 2))).Kind);
        Assert.Equal(ResetKind.Linger0, (await LastResetAsync(answered.Add(Server, RstAck, after: 2))).Kind);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ASegmentLongAfterTheResetShowsThatTheResetWasLost()
    {
        CaptureBuilder built = new CaptureBuilder().Open().Data(Client, 5).Data(Server, 5);
        for (int i = 0; i < 3; i++) built.Add(Server, TcpFlags.Ack, sequence: -1, after: 1);
        string story = await ExplainedCapture.StoryAsync(built.Add(Server, RstAck, after: 1)
            .Add(Client, Data, 10, after: 1.85).Add(Server, TcpFlags.Rst));
        Assert.Contains("frame 12 shows that the RST did not reach it", story, StringComparison.Ordinal);
        Assert.Contains("The client is not gone, because it sends frame 12 later", story, StringComparison.Ordinal);
        Assert.Contains("answers frame 12, which the client sent 1.85 s after the server's first RST (frame 11)", story,
            StringComparison.Ordinal);
        foreach (string wrong in (string[])["still on its way", "the client is gone", "nothing shows"])
            Assert.DoesNotContain(wrong, story, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task OnlyALaterRequestOfAClientCanBeSentAgain()
    {
        CaptureBuilder Used() => new CaptureBuilder().Open().Data(Client, 20).Data(Server, 200);
        string request = await ExplainedCapture.StoryAsync(Used().Add(Client, Data, 20, after: 5)
                .Add(Server, TcpFlags.Rst)),
            afterFin = await ExplainedCapture.StoryAsync(Used().Fin(Server, after: 5).Add(Client, Data, 20, after: 1)
                .Add(Server, TcpFlags.Rst));
        Assert.Contains("let the client test the connection first", request, StringComparison.Ordinal);
        Assert.Contains("safe to send it again on a new connection", afterFin, StringComparison.Ordinal);

        CaptureBuilder probe = Used().Add(Server, TcpFlags.Ack, sequence: -1, after: 5).Add(Client, TcpFlags.Rst),
            fin = Used().Fin(Client).Add(Server, FinAck, after: 5).Add(Client, TcpFlags.Rst),
            push = Used().Add(Server, Data, 20, after: 5).Add(Client, TcpFlags.Rst),
            first = new CaptureBuilder().Open().Data(Server, 20).Add(Client, Data, 20, after: 5)
                .Add(Server, TcpFlags.Rst),
            answer = new CaptureBuilder().Open().Data(Client, 20).Fin(Client, after: 1).Add(Server, Data, 20, after: 2)
                .Add(Client, TcpFlags.Rst),
            crossing = Used().Add(Server, Data, 20, after: 2).Add(Client, FinAck, acknowledgement: -20, after: 0.001)
                .Add(Server, TcpFlags.Ack).Add(Client, TcpFlags.Rst, sequence: -1);
        foreach (CaptureBuilder built in (CaptureBuilder[])[probe, fin, push, first, answer, crossing])
        {
            string story = await ExplainedCapture.StoryAsync(built);
            foreach (string wrong in (string[])["pool", "on a new", "Keep-alive shows", "next request"])
                Assert.DoesNotContain(wrong, story, StringComparison.Ordinal);
        }
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AKeepAliveProbeFindsOutThatTheConnectionIsGone() =>
        Assert.Contains("Frame 8 is a keep-alive probe", await ExplainedCapture.StoryAsync(new CaptureBuilder()
            .Open().Data(Client, 20).Data(Server, 200).Add(Server, TcpFlags.Ack, sequence: -1, after: 5)
            .Add(Client, TcpFlags.Rst)), StringComparison.Ordinal);

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AResetAfterTheFinIsNotSentInsteadOfIt()
    {
        string story = await ExplainedCapture.StoryAsync(new CaptureBuilder().Open().Data(Client, 5000)
            .Add(Server, Data, 76, window: 0).Add(Client, TcpFlags.Ack).Add(Server, FinAck, window: 0)
            .Add(Client, TcpFlags.Ack).Add(Server, RstAck, after: 0.2));
        Assert.Contains("ends the connection with a RST (frame 10) after its FIN (frame 8)", story,
            StringComparison.Ordinal);
        Assert.DoesNotContain("instead of a FIN", story, StringComparison.Ordinal);
        Assert.Contains("it sends nothing in that time: the last window that the server gave it was 0 (frame 8)", story,
            StringComparison.Ordinal);
        Assert.Contains("After its FIN, the server's program should read and discard", story, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AHealthCheckIsNoFault()
    {
        CaptureBuilder noAck = new CaptureBuilder().Add(Client, TcpFlags.Syn)
            .Add(Server, TcpFlags.Syn | TcpFlags.Ack).Add(Client, RstAck),
            withAck = new CaptureBuilder().Open().Add(Client, RstAck);
        Assert.Equal(ResetKind.OpeningAborted, (await LastResetAsync(noAck)).Kind);
        foreach (CaptureBuilder built in (CaptureBuilder[])[noAck, withAck])
        {
            string story = await ExplainedCapture.StoryAsync(built);
            Assert.Contains("health check", story, StringComparison.Ordinal);
            Assert.DoesNotContain("Remove linger 0", story, StringComparison.Ordinal);
            Assert.DoesNotContain("listener", story, StringComparison.Ordinal);
        }
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task OnlyAServerHasAListener()
    {
        string client = await ExplainedCapture.StoryAsync(new CaptureBuilder().Open().Data(Client, 82)
                .Add(Client, RstAck, after: 1)),
            server = await ExplainedCapture.StoryAsync(new CaptureBuilder().Open().Add(Server, RstAck));
        Assert.DoesNotContain("listener", client, StringComparison.Ordinal);
        Assert.Contains("listener was closed before it accepted", server, StringComparison.Ordinal);
    }

    private static async Task<CapturedReset> LastResetAsync(CaptureBuilder built) =>
        (await ExplainedCapture.OfAsync(built)).Facts.Resets[^1];
}
