using System.Net.NetworkInformation;
using SideBySide.Drawing;
using SideBySide.Svg;
using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Events;

namespace TcpDemo.Tests.SideBySide.Drawing;

/// <summary>The texts of a narrow picture fit.</summary>
public sealed class NarrowPictureTests
{
    private static readonly Diagram Slow = Diagram.Of(Ladder.Of(
        [Syn(0), Syn(99), Syn(100), Syn(2000)], new Dictionary<Side, TcpState>(),
        isInferred: true));

    [Fact]
    public void TimesAreInSecondsFrom100SecondsOn()
    {
        Assert.Equal(["0", "99000", "100s", "2000s"], Times(LadderSvg.PhoneWidth));
        Assert.Equal(["0", "99000", "100000", "2000000"], Times(LadderSvg.StandardWidth));
    }

    [Fact]
    public void TheLegendOfAPhoneIsShort()
    {
        string picture = string.Concat(LadderSvg.Embed(Slow, "phone", LadderSvg.PhoneWidth, timeWait: null));
        Assert.Contains("inferred; “?”", picture, StringComparison.Ordinal);
        Assert.DoesNotContain("inferred from the segments", picture, StringComparison.Ordinal);
    }

    private static string[] Times(int width) => [.. LadderSvg.Embed(Slow, "ladder", width, timeWait: null)
        .SelectMany(part => part.Descendants()).Where(e => e.Attribute("class")?.Value == "e time")
        .Select(e => e.Value)];

    private static SegmentEvent Syn(int seconds) => new(seconds * 1_000_000_000L, Side.Client,
        new Segment(0, 1, 2, "SYN", 0, 0, 0, IsRetransmission: seconds > 0), IsLost: false);
}
