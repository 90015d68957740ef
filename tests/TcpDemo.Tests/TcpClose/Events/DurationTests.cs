using TcpClose.Events;

namespace TcpDemo.Tests.TcpClose.Events;

/// <summary>Durations are parsed as people write them, and anything else is rejected.</summary>
public sealed class DurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("200ms", 200)]
    [InlineData("0.5s", 500)]
    [InlineData("2s", 2000)]
    [InlineData("1m", 60_000)]
    [InlineData("1440m", 86_400_000)]
    public void ADurationIsParsedAsPeopleWriteIt(string text, double milliseconds)
    {
        Assert.True(Duration.TryParse(text, out Duration duration));
        Assert.Equal(milliseconds, duration.Span.TotalMilliseconds);
        Assert.True(Duration.TryParse(duration.ToString(), out Duration again));
        Assert.Equal(duration, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("-1s")]
    [InlineData("1h")]
    [InlineData("1 s")]
    [InlineData("s")]
    [InlineData("1e3s")]
    [InlineData("1441m")]
    [InlineData("٣s")]
    [InlineData("1s\n")]
    public void AnythingElseIsRejected(string text) => Assert.False(Duration.TryParse(text, out _));
}
