using System.Net;
using TcpClose.Kernel;

namespace TcpDemo.Tests.TcpClose.Kernel;

public sealed class BoundEndPointsTests
{
    [Theory]
    [InlineData("127.0.0.1:8888", "127.0.0.1:8888", true)]
    [InlineData("127.0.0.1:8888", "0.0.0.0:8888", true)]
    [InlineData("[::]:8888", "127.0.0.1:8888", true)]
    [InlineData("127.0.0.1:8888", "127.0.0.2:8888", false)]
    [InlineData("0.0.0.0:8888", "0.0.0.0:8889", false)]
    public void TwoSocketsOverlapOnTheSamePortOfTheSameOrAWildcardAddress(string one, string other, bool overlap) =>
        Assert.Equal(overlap, BoundEndPoints.Overlap(IPEndPoint.Parse(one), IPEndPoint.Parse(other)));
}
