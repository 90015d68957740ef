using TcpClose.Events;
using TcpClose.Scenarios;

namespace TcpDemo.Tests;

/// <summary>The server's answers about a connection and about itself: what is written is read again, and nothing else is.</summary>
public sealed class AnswerLineTests
{
    private static readonly ConnectionReport Longest = new(new ConnectionId(UInt128.MaxValue), ConnectionReport.Unknown, 9_999_999_999_999, new string('f', 64),
        9_999_999_999_999, 9_999_999_999_999, 9_999_999_999_999, 9_999_999_999_999, 9_999_999_999_999);

    [Fact]
    public void TheLongestAnswerIsNoLongerThanARequestMayBe() => Assert.InRange(Longest.ToLine().Length, 200, ScenarioRequest.MaxLength);

    [Theory]
    [InlineData("TCPCLOSE/1 hello EchoServer/1.0.0 fins=3 resets=0 silent=1", true)]
    [InlineData("TCPCLOSE/1 hello EchoServer/1.0.0+6a85e6a fins=3 resets=0 silent=1", true)]
    [InlineData("TCPCLOSE/1 hello EchoServer/1.0.0 fins=3 resets=0 silent=1\n", false)]
    [InlineData("TCPCLOSE/1 hello EchoServer/1.0\u001b fins=3 resets=0 silent=1", false)]
    [InlineData("TCPCLOSE/1 hello EchoServer/1.0.0 fins=-3 resets=0 silent=1", false)]
    [InlineData("TCPCLOSE/1 hello NginxServer/1.0.0 fins=3 resets=0", false)]
    [InlineData("TCPCLOSE/1 hello EchoServer/1.0.0 fins=9999999999999999999 resets=0 silent=1", false)]
    [InlineData("TCPCLOSE/1 hello", false)]
    public void OnlyAnEchoServerSaysHello(string line, bool good) => Assert.Equal(good, ServerInfo.Parse(Encoding.Latin1.GetBytes(line)) is not null);

    [Theory]
    [InlineData("0123456789abcdef0123456789ABCDEF", true)]
    [InlineData("0123456789abcdef0123456789abcde", false)]
    [InlineData("0123456789abcdef0123456789abcdef0", false)]
    [InlineData(" 123456789abcdef0123456789abcdef", false)]
    [InlineData("0x23456789abcdef0123456789abcdef", false)]
    public void AnIdIs32HexadecimalDigits(string text, bool good)
    {
        Assert.Equal(good, ConnectionId.TryParse(text, out ConnectionId id));
        if (good) Assert.Equal(text, id.ToString(), ignoreCase: true);
    }

    [Fact]
    public void AHundredThousandGeneratedLinesAreReadOrRefusedAndNeverTrusted()
    {
        var random = new Random(20261121);
        int good = 0;
        for (int i = 0; i < 100_000; i++)
        {
            var saw = new ConnectionReport(new ConnectionId((UInt128)random.NextInt64() << 64), ConnectionReport.Open, random.NextInt64(1L << 40), new string('a', 64),
                Time(random), Time(random), Time(random), Time(random), Time(random));
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
