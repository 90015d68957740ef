using SideBySide.Captures;
using SideBySide.Explaining;
using SideBySide.Explaining.Remarks;
using SideBySide.Explaining.Reporting;
using static TcpClose.Events.Side;

namespace TcpDemo.Tests.SideBySide.Explaining;

/// <summary>ICMP errors are described, and exclude the causes that they contradict.</summary>
[Trait("Tier", "Long")]
public sealed class IcmpErrorTests
{
    private const TcpFlags Data = TcpFlags.Psh | TcpFlags.Ack;

    [ConditionalTheory(Needs.Linux, "tshark")]
    [InlineData(false, 3, 1, "host unreachable", "gets no answer from 10.0.0.2 on the last link")]
    [InlineData(false, 3, 13, "administratively prohibited", "rejects the segments")]
    [InlineData(false, 11, 0, "time exceeded", "a loop of routes")]
    [InlineData(true, 1, 0, "network unreachable", "no route to 2001::2")]
    [InlineData(true, 1, 3, "host unreachable", "gets no answer from 2001::2 on the last link")]
    [InlineData(true, 1, 1, "administratively prohibited", "rejects the segments")]
    public async Task AnErrorExplainsWhyNothingAnswers(bool isIPv6, byte type, byte code, string name, string meaning)
    {
        CaptureBuilder built = new CaptureBuilder { IsIPv6 = isIPv6 }.Open().Data(Client, 10).Add(Client, Data, 20)
            .Icmp(type, code);
        for (int i = 1; i < 4; i++) built.Add(Client, Data, 20, sequence: -20, after: i).Icmp(type, code);
        Explanation found = await ExplainedCapture.OfAsync(built);
        Remark remark = found.Remark("icmp-error");
        Assert.Equal([7, 9, 11, 13], remark.Frames);
        Assert.StartsWith((isIPv6 ? "2001::63" : "10.0.0.99") + " answered 4 segments of the client with the ICMP "
            + $"error \"{name}\"", remark.Sentence, StringComparison.Ordinal);
        Assert.Contains(meaning, remark.Sentence, StringComparison.Ordinal);
        string silence = found.Remark("not-answered").Sentence;
        Assert.Contains("The ICMP errors show why (frames 7, 9, 11 and 13)", silence, StringComparison.Ordinal);
        Assert.DoesNotContain("A capture at the server", silence, StringComparison.Ordinal);
        Assert.Contains(CloseStory.Of(found.Facts), s => s.Contains(name, StringComparison.Ordinal));
    }

    [ConditionalTheory(Needs.Linux, "tshark")]
    [InlineData(false, 3, 3)]
    [InlineData(true, 1, 4)]
    public async Task ARejectedSynHasAnAnswer(bool isIPv6, byte type, byte code)
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder { IsIPv6 = isIPv6 }
            .Add(Client, TcpFlags.Syn).Icmp(type, code, router: false).Add(Client, TcpFlags.Syn, sequence: -1, after: 1)
            .Icmp(type, code, router: false));
        Assert.Contains("this host rejects the segments", found.Remark("icmp-error").Sentence,
            StringComparison.Ordinal);
        string sentence = found.Remark("syn-not-answered").Sentence;
        Assert.StartsWith("Only ICMP errors answer the client's SYN (frames 2 and 4)", sentence,
            StringComparison.Ordinal);
        Assert.DoesNotContain("address is wrong", sentence, StringComparison.Ordinal);
        Assert.Equal("never opened", ConnectionTable.Describe(found.Facts));
    }

    [ConditionalTheory(Needs.Linux, "tshark")]
    [InlineData(false, 3, 4)]
    [InlineData(true, 2, 0)]
    public async Task TheMtuIsNamed(bool isIPv6, byte type, byte code)
    {
        Explanation found = await ExplainedCapture.OfAsync(new CaptureBuilder { IsIPv6 = isIPv6 }.Open()
            .Add(Client, Data, 1448).Icmp(type, code, 1300).Add(Client, Data, 1248, sequence: -1448)
            .Add(Client, Data, 200, sequence: -200).Add(Server, TcpFlags.Ack).Fin(Client).Fin(Server));
        Assert.Contains("packets of at most 1300 bytes", found.Remark("icmp-error").Sentence, StringComparison.Ordinal);
        Assert.Equal(1448, found.Facts.Connection.From(Client).Bytes);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task AnErrorThatWasCapturedTwiceCountsOnce() =>
        Assert.Equal([5], (await ExplainedCapture.OfAsync(new CaptureBuilder().Open().Add(Client, Data, 5).Icmp(3, 1)
            .Copy())).Remark("icmp-error").Frames);
}
