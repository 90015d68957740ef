using SideBySide.Captures;
using SideBySide.Explaining;
using SideBySide.Explaining.Remarks;
using SideBySide.Explaining.Reporting;
using TcpClose.Events;
using static TcpClose.Events.Side;

namespace TcpDemo.Tests.SideBySide.Explaining;

/// <summary>A capture shows how a connection was closed, who ended first, and how long it was half-closed.</summary>
[Trait("Tier", "Long")]
public sealed class CloseFormTests
{
    private const TcpFlags FinAck = TcpFlags.Fin | TcpFlags.Ack;

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task FourSegmentsWithDataWhileHalfClosed()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Data(Client, 13)
            .Fin(Client).Data(Server, 13, after: 0.2).Fin(Server, after: 0.3));
        Assert.Equal((CloseForm.FourSegments, Client, true),
            (found.Facts.Form, found.Facts.FirstFin!.First.Side, found.Facts.IsOpened));
        (TimeSpan time, long bytes) = found.Facts.HalfClosed!.Value;
        Assert.Equal(13, bytes);
        Assert.Equal(0.52, time.TotalSeconds, 3);
        Assert.Equal(["data-after-fin"], found.Kinds());
        Assert.Contains("eleven segments of the default run, exactly", DefaultRun.Compare(found.Facts),
            StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ThreeSegments()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Data(Client, 5)
            .Add(Client, FinAck).Add(Server, FinAck).Add(Client, TcpFlags.Ack));
        Assert.Equal((CloseForm.ThreeSegments, Client), (found.Facts.Form, found.Facts.FirstFin!.First.Side));
        Assert.Empty(found.Remarks);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task FinsThatCross()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open()
            .Add(Client, FinAck).Add(Server, FinAck, acknowledgement: -1)
            .Add(Client, TcpFlags.Ack).Add(Server, TcpFlags.Ack));
        Assert.Equal(CloseForm.CrossedFins, found.Facts.Form);
        Assert.Equal((TimeSpan.Zero, 0), found.Facts.HalfClosed);
        foreach (Side side in (Side[])[Client, Server])
        {
            Assert.Equal(["FinWait1", "Closing", "TimeWait"],
                found.Facts.States.Where(s => s.Side == side).TakeLast(3).Select(s => $"{s.State}"));
        }
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AFinWithData()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open()
            .Add(Client, FinAck | TcpFlags.Psh, 31).Add(Server, FinAck).Add(Client, TcpFlags.Ack));
        Assert.Equal((CloseForm.ThreeSegments, 31), (found.Facts.Form, found.Facts.ClientFin!.First.Length));
        Assert.Contains(CloseStory.Of(found.Facts), s => s.Contains("(frame 4, with 31 bytes)",
            StringComparison.Ordinal));
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AnEndThatNeverComes()
    {
        CaptureBuilder built = new CaptureBuilder().Open().Data(Client, 5).Fin(Client);
        built.Client = 40001;
        Explanation found = (await ExplainedCapture.AllOfAsync(built.Again(30).Open()))[0];
        Assert.Equal(CloseForm.HalfClosed, found.Facts.Form);
        Remark never = found.Remark("end-never-came");
        Assert.Contains("which ends 30.0", never.Sentence, StringComparison.Ordinal);
        Assert.Contains("the client still waits in FIN-WAIT-2, while the server is in CLOSE-WAIT", never.Sentence,
            StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AConnectionThatBeganBeforeTheCapture()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder()
            .Data(Client, 5).Fin(Client).Fin(Server));
        Assert.Equal((CloseForm.FourSegments, false), (found.Facts.Form, found.Facts.IsOpened));
        Assert.Equal(CaptureBuilder.ClientPort, found.Facts.Connection.Client.Port);
        Assert.Equal(["began-before-capture"], found.Kinds());
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task NoEndInTheCapture()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Data(Client, 5));
        Assert.Equal(CloseForm.Open, found.Facts.Form);
        Assert.Null(found.Facts.HalfClosed);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task APortThatIsUsedAgainWhileInTimeWait()
    {
        IReadOnlyList<Explanation> found = await ExplainedCapture.AllOfAsync(new CaptureBuilder()
            .Open().Fin(Client).Fin(Server).Again(5).Open().Fin(Client).Fin(Server));
        Assert.Equal(2, found.Count);
        Assert.Empty(found[0].Remarks);
        Assert.Contains("still in TIME-WAIT on one side", found[1].Remark("port-reused").Sentence,
            StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AFinThatOnlyTheCaptureMissed()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Data(Client, 5).Fin(Client)
            .Data(Server, 13).Add(Server, FinAck, isCaptured: false).Add(Client, TcpFlags.Ack));
        Assert.Contains("fin-not-captured", found.Kinds());
        Assert.DoesNotContain("end-never-came", found.Kinds());
        Assert.DoesNotContain("not-captured", found.Kinds());
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ASynWithAnotherNumberBeginsAnotherConnection()
    {
        IReadOnlyList<Explanation> found = await ExplainedCapture.AllOfAsync(new CaptureBuilder()
            .Open().Data(Client, 5).Again(100).Open().Data(Client, 7));
        Assert.Equal([5L, 7], found.Select(e => e.Facts.Connection.From(Client).Bytes));
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ASynThatNothingAnswers()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder()
            .Add(Client, TcpFlags.Syn).Add(Client, TcpFlags.Syn, sequence: -1, after: 1));
        Assert.Equal((CloseForm.Open, false), (found.Facts.Form, found.Facts.IsOpened));
        Assert.Contains("syn-not-answered", found.Kinds());
    }
}
