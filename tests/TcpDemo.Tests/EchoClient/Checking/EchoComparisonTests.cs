using EchoClient.Checking;
using TcpClose.Scenarios;

namespace TcpDemo.Tests.EchoClient.Checking;

/// <summary>The echo is compared byte by byte, however it is split into reads.</summary>
public sealed class EchoComparisonTests
{
    [Fact]
    public void TheEchoIsComparedByteByByteHoweverItIsSplit()
    {
        byte[] sent = Encoding.ASCII.GetBytes("hello service");
        for (int cut = 1; cut <= sent.Length; cut++)
        {
            var check = new EchoVerifier(new ExpectedReply("echo", Payload.Of(sent)), Eventually.Limit, Assert.Fail);
            foreach (byte[] part in sent.Chunk(cut)) check.Verify(part);
            Assert.Null(check.DescribeMismatch());
            Assert.Equal(13, check.Received);

            byte[] altered = [.. sent];
            altered[7] ^= 1;
            check = new EchoVerifier(new ExpectedReply("echo", Payload.Of(sent)), Eventually.Limit, Assert.Fail);
            foreach (byte[] part in altered.Chunk(cut)) check.Verify(part);
            Assert.Equal("echo altered: byte 7 is 0x64, not 0x65", check.DescribeMismatch());
        }
    }
}
