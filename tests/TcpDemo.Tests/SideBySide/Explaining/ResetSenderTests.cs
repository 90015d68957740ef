using System.Net.NetworkInformation;
using SideBySide.Captures;
using SideBySide.Explaining;
using SideBySide.Explaining.Reporting;
using SideBySide.Explaining.Resets;
using static TcpClose.Events.Side;

namespace TcpDemo.Tests.SideBySide.Explaining;

/// <summary>A capture can show that a device sent a RST in the name of an end.</summary>
[Trait("Tier", "Long")]
public sealed class ResetSenderTests
{
    private const TcpFlags Data = TcpFlags.Psh | TcpFlags.Ack;

    [ConditionalTheory(Needs.Linux, "tshark")]
    [InlineData(276, false)]
    [InlineData(276, true)]
    [InlineData(113, false)]
    public async Task ARouterThatCapturesAtAllItsInterfacesHasSentTheResetThatOnlyGoesOut(int linkType, bool isIPv6)
    {
        Explanation found = await ExplainedCapture.OfAsync(Routed(linkType, isIPv6).Add(Client, Data, 10)
            .Add(Server, TcpFlags.Rst, id: 0, after: 0.001).Outgoing());
        CapturedReset reset = Assert.Single(found.Facts.Resets);
        Assert.Equal((ResetKind.Forged, true, true), (reset.Kind, reset.IsCertain, reset.IsOfCapturingHost));
        string story = ExplainedCapture.Story(found), remark = found.Remark("rst-suspicious").Sentence;
        Assert.Contains("frame 12 only as it went out, and frame 11, which it answers, only as it came in. So the host "
            + "of the capture sent it itself.", story, StringComparison.Ordinal);
        Assert.Contains("by the host of the capture", remark, StringComparison.Ordinal);
        Assert.DoesNotContain("holds no such connection", story, StringComparison.Ordinal);
        Assert.DoesNotContain(found.Facts.States, s => s.Side == Server && s.State == TcpState.Closed);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ARouterThatForwardsTheResetHasNotSentIt()
    {
        CapturedReset reset = Assert.Single((await ExplainedCapture.OfAsync(Routed(276, false).Add(Client, Data, 10)
            .Forward().Add(Server, TcpFlags.Rst, id: 0, after: 0.001).Forward())).Facts.Resets);
        Assert.Equal((ResetKind.NoConnection, null), (reset.Kind, reset.Suspicion));
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AnEndThatCapturesItsOwnResetHasSentIt()
    {
        CapturedReset reset = Assert.Single((await ExplainedCapture.OfAsync(new CaptureBuilder { LinkType = 276 }
            .Add(Client, TcpFlags.Syn).Add(Server, TcpFlags.Syn | TcpFlags.Ack).Outgoing().Add(Client, TcpFlags.Ack)
            .Add(Client, Data, 10).Add(Server, TcpFlags.Rst).Outgoing())).Facts.Resets);
        Assert.Equal((ResetKind.NoConnection, null), (reset.Kind, reset.Suspicion));
    }

    [ConditionalTheory(Needs.Linux, "tshark")]
    [InlineData(127)]
    [InlineData(254)]
    public async Task AnotherDistanceAndAnotherInitialTimeToLiveAreADevice(byte ttl)
    {
        Explanation found = await ExplainedCapture.OfAsync(Answered(ttl, 64));
        Assert.NotNull(Assert.Single(found.Facts.Resets).Suspicion);
        string story = ExplainedCapture.Story(found);
        Assert.Contains("probably not sent by it", story, StringComparison.Ordinal);
        Assert.Contains("has probably crossed no router; then its sender is at the place of the capture", story,
            StringComparison.Ordinal);
        Assert.DoesNotContain("holds no such connection", story, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ATimeToLiveThatDoesNotFitComesFirstAndTheRestIsConditional()
    {
        Explanation found = await ExplainedCapture.OfAsync(Answered(63, 64));
        string[] story = [.. CloseStory.Of(found.Facts)];
        int first = Array.FindIndex(story, s => s.StartsWith("Perhaps a device, and not the server, sent the server's "
            + "RST (frame 8)", StringComparison.Ordinal));
        Assert.Contains("has probably crossed no router", story[first], StringComparison.Ordinal);
        Assert.EndsWith("If the server did send it:", story[first], StringComparison.Ordinal);
        Assert.Contains("holds no such connection", story[first + 1], StringComparison.Ordinal);
        Assert.DoesNotContain(story, s => s.Contains("are lost", StringComparison.Ordinal)
            || s.Contains("next to the server", StringComparison.Ordinal));
        Assert.Null(found.Facts.States.Last(s => s.Side == Server).Proof);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AFirewallMayRejectTheSegmentWhileTheProgramHoldsTheConnection()
    {
        string story = await ExplainedCapture.StoryAsync(Answered(64, 64));
        Assert.Contains("Such a RST says that the server holds no such connection", story, StringComparison.Ordinal);
        Assert.Contains("or a firewall, on the way or on that host itself, rejects the segment", story,
            StringComparison.Ordinal);
    }

    private static CaptureBuilder Routed(int linkType, bool isIPv6) =>
        new CaptureBuilder { LinkType = linkType, IsIPv6 = isIPv6 }.Add(Client, TcpFlags.Syn).Forward()
            .Add(Server, TcpFlags.Syn | TcpFlags.Ack).Forward().Add(Client, TcpFlags.Ack).Forward()
            .Add(Client, Data, 20).Forward().Add(Server, TcpFlags.Ack).Forward();

    // A request and its answer, and a second request that a RST answers.
    private static CaptureBuilder Answered(byte ttl, byte ttlOfReset) => new CaptureBuilder()
        .Add(Client, TcpFlags.Syn).Add(Server, TcpFlags.Syn | TcpFlags.Ack, ttl: ttl).Add(Client, TcpFlags.Ack)
        .Add(Client, Data, 10).Add(Server, TcpFlags.Ack, ttl: ttl).Add(Server, Data, 10, ttl: ttl)
        .Add(Client, Data, 10).Add(Server, TcpFlags.Rst, ttl: ttlOfReset);
}
