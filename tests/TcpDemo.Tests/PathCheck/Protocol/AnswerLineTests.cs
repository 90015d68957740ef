using PathCheck.Protocol;

namespace TcpDemo.Tests.PathCheck.Protocol;

/// <summary>An answer line of the far end is parsed correctly. Any other line is rejected.</summary>
public sealed class AnswerLineTests
{
    private const long MaxTime = 9_999_999_999_999;

    private static readonly ConnectionReport Longest =
        new(new ConnectionId(UInt128.MaxValue), ReportedEnd.Unknown, MaxTime, new string('f', 32),
            Last: MaxTime, Fin: MaxTime, Reply: MaxTime, Reset: MaxTime, Aborted: MaxTime, Pause: MaxTime,
            Sent: MaxTime);

    [Fact]
    public void TheLongestAnswersFitTheMaximumLength()
    {
        var byteless = new BytelessConnection(StreamEnd.Reset, TimeSpan.FromDays(10_000), TimeSpan.FromDays(10_000));
        var report = new BytelessReport(
            9_999_999, TimeSpan.FromDays(10_000), [.. Enumerable.Repeat(byteless, BytelessReport.MaxConnections)]);
        Assert.InRange(Longest.ToLine().Length, 200, PathRequest.MaxAnswerLength);
        Assert.InRange(report.ToLine().Length, 200, PathRequest.MaxAnswerLength);
        Assert.Equal(
            BytelessReport.MaxConnections, BytelessReport.Parse(report.ToLine().AsSpan()[..^1])!.Connections.Count);
    }

    [Theory]
    [InlineData("PATHCHECK/1 info PathCheck/1.0.0", true)]
    [InlineData("PATHCHECK/1 info PathCheck/1.0.0+6a85e6a", true)]
    [InlineData("PATHCHECK/1 info PathCheck/1.0.0\n", false)]
    [InlineData("PATHCHECK/1 info PathCheck/1.0\u001b", false)]
    [InlineData("PATHCHECK/1 info EchoServer/1.0.0", false)]
    [InlineData("TCPCLOSE/1 info PathCheck/1.0.0", false)]
    [InlineData("PATHCHECK/1 info", false)]
    public void OnlyPathChecksOwnInfoLineIsParsed(string line, bool good) =>
        Assert.Equal(good, FarEndInfo.Parse(Encoding.Latin1.GetBytes(line)) is not null);

    [Theory]
    [InlineData("PATHCHECK/1 byteless count=0 pause=0", 0)]
    [InlineData("PATHCHECK/1 byteless count=2 pause=0 f:1500000:20 n:7:0", 2)]
    [InlineData("PATHCHECK/1 byteless count=2 pause=0 x:1:2", null)]
    [InlineData("PATHCHECK/1 byteless count=-2 pause=0", null)]
    [InlineData("PATHCHECK/1 byteless count=1 pause=0 f:99999999999999:2", null)]
    public void ABytelessReportIsParsedAsItIsFormatted(string line, int? connections)
    {
        var report = BytelessReport.Parse(Encoding.Latin1.GetBytes(line));
        Assert.Equal(connections, report?.Connections.Count);
        if (report is not null) Assert.Equal(line + "\n", Encoding.Latin1.GetString(report.ToLine()));
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789ABCDEF", true)]
    [InlineData("0123456789abcdef0123456789abcde", false)]
    [InlineData("0123456789abcdef0123456789abcdef0", false)]
    [InlineData(" 123456789abcdef0123456789abcdef", false)]
    [InlineData("0x23456789abcdef0123456789abcdef", false)]
    public void AnIdIsExactly32HexadecimalDigits(string text, bool good)
    {
        Assert.Equal(good, ConnectionId.TryParse(text, out ConnectionId id));
        if (good) Assert.Equal(text, id.ToString(), ignoreCase: true);
    }

    [Fact]
    public void AHundredThousandRandomLinesAreParsedOrRejected()
    {
        var random = new Random(20261121);
        int good = 0;
        for (int i = 0; i < 100_000; i++)
        {
            var saw = new ConnectionReport(
                new ConnectionId((UInt128)random.NextInt64() << 64), ReportedEnd.Open, random.NextInt64(1L << 40),
                new string('a', 32),
                Time(random), Time(random), Time(random), Time(random), Time(random), random.NextInt64(1L << 40),
                random.NextInt64(1L << 40));
            byte[] line = saw.ToLine()[..^1];
            if (random.Next(2) == 0) line[random.Next(line.Length)] = (byte)random.Next(256);
            else if (random.Next(4) == 0) line = [.. line.Take(random.Next(line.Length))];
            if (ConnectionReport.Parse(line) is not { } read) continue;

            good++;
            Assert.Equal(read, ConnectionReport.Parse(read.ToLine().AsSpan()[..^1]));
            Assert.DoesNotContain(read.ToString(), char.IsControl);
        }

        Assert.InRange(good, 30_000, 80_000);
    }

    private static long? Time(Random random) => random.Next(2) == 0 ? null : random.NextInt64(1L << 40);
}
