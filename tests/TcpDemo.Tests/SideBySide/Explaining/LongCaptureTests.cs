using SideBySide.Captures;
using SideBySide.Drawing;
using SideBySide.Explaining;
using static TcpClose.Events.Side;

namespace TcpDemo.Tests.SideBySide.Explaining;

/// <summary>Only the remarkable segments of a long connection are kept. The others are counted.</summary>
[Trait("Tier", "Long")]
public sealed class LongCaptureTests
{
    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task TheMiddleOfALongConnectionIsFolded()
    {
        CaptureBuilder built = new CaptureBuilder().Open();
        for (int i = 0; i < 500; i++) built.Data(Server, 1000, after: 0.001);
        Explanation found = await ExplainedCapture.OfAsync(built.Fin(Client).Data(Server, 7).Fin(Server));
        Assert.Equal(500_007, found.Facts.Connection.From(Server).Bytes);
        Assert.Equal(7, found.Facts.HalfClosed!.Value.Bytes);
        Assert.InRange(found.Facts.Segments.Count, 20, 60);
        string[] lines = [.. LadderText.Draw(InferredLadder.Of(found.Facts), colour: false)];
        string fold = Assert.Single(lines, l => l.Contains("segments:", StringComparison.Ordinal));
        int skipped = found.Facts.Segments.Sum(s => s.Skipped?.Count ?? 0);
        Assert.Contains($"{skipped} segments", fold, StringComparison.Ordinal);
        Assert.Equal(3 + 1000 + 6, found.Facts.Segments.Count + skipped);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task WhatIsKeptIsBounded()
    {
        CaptureBuilder built = new CaptureBuilder().Open();
        for (int i = 0; i < 3000; i++) built.Add(Server, TcpFlags.Psh | TcpFlags.Ack, 10, sequence: i == 0 ? 0 : -10,
            after: 0.3);
        Explanation found = await ExplainedCapture.OfAsync(built);
        Assert.InRange(found.Facts.Segments.Count, 1000, 2000);
    }
}
