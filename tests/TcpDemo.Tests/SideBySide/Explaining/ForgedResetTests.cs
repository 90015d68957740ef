using System.Net.NetworkInformation;
using SideBySide.Captures;
using SideBySide.Explaining;
using SideBySide.Explaining.Reporting;
using SideBySide.Explaining.Resets;
using static TcpClose.Events.Side;

namespace TcpDemo.Tests.SideBySide.Explaining;

/// <summary>An end that continues after a RST in its name has not sent this RST.</summary>
[Trait("Tier", "Long")]
public sealed class ForgedResetTests
{
    private const TcpFlags RstAck = TcpFlags.Rst | TcpFlags.Ack, Data = TcpFlags.Psh | TcpFlags.Ack,
        FinAck = TcpFlags.Fin | TcpFlags.Ack;

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AFinLongAfterTheResetProvesThatADeviceSentIt()
    {
        Explanation found = await ExplainedCapture.OfAsync(Rejected().Add(Server, FinAck, acknowledgement: -8,
            after: 5, ttl: 63).Add(Client, TcpFlags.Rst, sequence: -8).Add(Server, FinAck, sequence: -1,
            acknowledgement: -8, after: 0.3, ttl: 63).Add(Client, TcpFlags.Rst, sequence: -8));
        CapturedReset[] resets = [.. found.Facts.Resets];
        Assert.Equal([ResetKind.Forged, ResetKind.NoConnection, ResetKind.NoConnection], resets.Select(r => r.Kind));
        Assert.Equal((true, resets[0]), (resets[0].IsCertain, resets[1].EndedBy));
        Assert.NotNull(resets[0].Suspicion);
        Assert.Equal(Server, found.Facts.FirstToEnd);
        Assert.StartsWith("RST by the server (forged) and the client", ConnectionTable.Describe(found.Facts),
            StringComparison.Ordinal);
        string story = ExplainedCapture.Story(found);
        Assert.Contains("was not sent by it: the server goes on after it (frame 10)", story, StringComparison.Ordinal);
        Assert.Contains("at the place of the capture", story, StringComparison.Ordinal);
        Assert.Contains("the forged RST (frame 9) had ended the client's connection", story, StringComparison.Ordinal);
        Assert.DoesNotContain("kernel has forgotten it", story, StringComparison.Ordinal);
        Assert.Equal(["rst-suspicious", "fin-repeated"], found.Kinds().Order(StringComparer.Ordinal).Reverse());
        Assert.Contains("these RSTs do not seem to reach the server", found.Remark("fin-repeated").Sentence,
            StringComparison.Ordinal);
        Assert.Equal([TcpState.FinWait1, TcpState.Closed],
            found.Facts.States.Where(s => s.Side == Server).TakeLast(2).Select(s => s.State));
        Assert.Equal(12, found.Facts.States.Single(s => s.Side == Server && s.State == TcpState.FinWait1).Cause.Frame
            + 2);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AnAckOfLaterDataProvesIt()
    {
        Explanation found = await ExplainedCapture.OfAsync(Rejected().Add(Client, Data, 5, after: 0.001)
            .Add(Server, TcpFlags.Ack, after: 0.001, ttl: 63).Add(Client, Data, 5, after: 1.5));
        CapturedReset reset = Assert.Single(found.Facts.Resets);
        Assert.Equal((ResetKind.Forged, 11), (reset.Kind, reset.Disproof!.Frame));
        Assert.Equal(CloseForm.Open, found.Facts.Form);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AResetInTheWindowThatIsIgnoredIsSuspicious()
    {
        CapturedReset reset = Assert.Single((await ExplainedCapture.OfAsync(new CaptureBuilder().Open()
            .Data(Client, 10).Add(Server, RstAck, sequence: 9000).Data(Client, 4, after: 0.2))).Facts.Resets);
        Assert.Equal((ResetKind.OutOfWindow, true), (reset.Kind, reset.IsIgnored));
        Assert.Contains("goes on after it", reset.Suspicion, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task DataThatTheResetOvertookIsNoProof()
    {
        Explanation late = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Data(Client, 8)
            .Add(Server, RstAck, sequence: 500).Add(Server, Data, 500, after: 0.005)),
            inFlight = await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Data(Server, 8)
                .Add(Client, Data, 10).Add(Client, Data, 10).Add(Server, TcpFlags.Rst, after: 0.02)
                .Add(Server, Data, 8, sequence: -8, after: 0.005).Add(Server, TcpFlags.Rst, after: 0.005));
        Assert.All(late.Facts.Resets.Concat(inFlight.Facts.Resets), r => Assert.NotEqual(ResetKind.Forged, r.Kind));
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ANewSynAfterTheResetIsNoProof()
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder().Add(Client, TcpFlags.Syn)
            .Add(Server, TcpFlags.Ack, sequence: 9_000_000, acknowledgement: 7_000_000)
            .Add(Client, TcpFlags.Rst, sequence: 7_000_000).Add(Client, TcpFlags.Syn, sequence: -1, after: 1)
            .Add(Server, TcpFlags.Syn | TcpFlags.Ack).Add(Client, TcpFlags.Ack).Data(Client, 10).Fin(Client)
            .Fin(Server));
        Assert.Equal(["older-connection"], found.Kinds());
    }

    // A router near the client rejects the client's last data in the server's name.
    private static CaptureBuilder Rejected() => new CaptureBuilder().Add(Client, TcpFlags.Syn)
        .Add(Server, TcpFlags.Syn | TcpFlags.Ack, ttl: 63).Add(Client, TcpFlags.Ack).Add(Client, Data, 8)
        .Add(Server, TcpFlags.Ack, ttl: 63).Add(Server, Data, 4, ttl: 63).Add(Client, TcpFlags.Ack)
        .Add(Client, Data, 8).Add(Server, TcpFlags.Rst, after: 0.001, ttl: 64, id: 0);
}
