using TcpClose.Events;

namespace TcpDemo.Tests.TcpClose.Events;

/// <summary>Bytes from a peer are quoted without control characters, and a long payload is truncated.</summary>
public sealed class PayloadQuotingTests
{
    [Theory]
    [InlineData("hello", "\"hello\"")]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    [InlineData("\e[31m\r\n\t\0", "\"\\x1b[31m\\r\\n\\t\\x00\"")]
    [InlineData("é", "\"\\xc3\\xa9\"")]
    public void APayloadIsQuotedWithoutControlCharacters(string payload, string quoted) =>
        Assert.Equal(quoted, Printable.Quote(Encoding.UTF8.GetBytes(payload)));

    [Fact]
    public void ALongPayloadIsTruncatedTo64Bytes() =>
        Assert.Equal("\"" + new string('x', 64) + "\"…", Printable.Quote(Encoding.ASCII.GetBytes(new string('x', 65))));
}
