using SideBySide.Tracing;

namespace TcpDemo.Tests.SideBySide.Tracing;

/// <summary>Our packet socket and Wireshark's tshark capture the same segments.</summary>
[Trait("Tier", "Long")]
public sealed class PacketSocketMatchesTsharkTests
{
    [ConditionalTheory(Needs.PacketCapture | Needs.NetworkNamespace, "tshark")]
    [InlineData("half-close")]
    [InlineData("late-data", "--late", "1MiB")]
    [InlineData("unread-data")]
    [InlineData("simultaneous")]
    [InlineData("client-abort")]
    [InlineData("half-close", "--bytes", "3MiB")]
    public async Task TheSegmentsWithTheirNumbersAndTimesAreTheSame(string scenario, params string[] options)
    {
        await using FaultLab lab = await FaultLab.OpenAsync();
        int port = lab.Server.Port;
        await using PacketCapture ours = await PacketCapture.StartAsync(port, lab.Inside),
            theirs = await PacketCapture.StartTsharkAsync(port, lab.Inside);
        await using (var client = new ClientConsole(port, lab.Inside, ["--scenario", scenario, .. options]))
            await client.EndAsync();

        IReadOnlyList<Segment> expected = await theirs.WaitForAsync(IsOver, Eventually.Limit),
            captured = await ours.WaitForAsync(s => s.Count >= expected.Count, Eventually.Limit);
        Assert.True(IsOver(expected));
        Assert.Equal(expected.Select(WithoutTime), captured.Select(WithoutTime));

        // If a segment fills a gap, tshark may classify it as out of order, and our capture as sent again.
        Assert.All(expected.Zip(captured), pair => Assert.True(
            pair.First.IsRetransmission == pair.Second.IsRetransmission
                || (pair.Second.IsRetransmission && captured.TakeWhile(s => s != pair.Second).Any(earlier =>
                    earlier.FromPort == pair.Second.FromPort && earlier.Sequence > pair.Second.Sequence)),
            $"{pair.First} and {pair.Second}"));
        Assert.All(expected.Zip(captured), pair => Assert.InRange(pair.First.Time - pair.Second.Time, -0.05m, 0.05m));
    }

    private static Segment WithoutTime(Segment s) => s with { Time = 0, IsRetransmission = false };

    // Returns true after a RST or the ACK of the second FIN.
    private static bool IsOver(IReadOnlyList<Segment> segments) =>
        segments.Any(s => s.Flags.Contains("RST", StringComparison.Ordinal))
        || (segments.Where(s => s.Flags.Contains("FIN", StringComparison.Ordinal)).Select(s => s.FromPort).Distinct()
            .Count() == 2 && segments[^1].Flags == "ACK");
}
