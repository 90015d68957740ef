using EchoServer;

namespace TcpDemo.Tests;

/// <summary>A stream gets a large buffer while there are some; clients that do not read cannot make the server hold more.</summary>
public sealed class BufferTests
{
    [Fact]
    public void OnlySoManyLargeOnesAreOutAndOneThatComesBackIsForTheNext()
    {
        var buffers = new Buffers();
        byte[][] large = [.. Enumerable.Range(0, Buffers.MostLarge).Select(_ => buffers.Rent(large: true))];
        Assert.All(large, b => Assert.Equal(Buffers.Large, b.Length));
        Assert.Equal(Buffers.Small, buffers.Rent(large: true).Length);

        buffers.Return(large[0]);
        Assert.Equal(Buffers.Large, buffers.Rent(large: true).Length);
        Assert.Equal(Buffers.Small, buffers.Rent(large: true).Length);
    }

    [Fact]
    public void SmallOnesAreNotCounted()
    {
        var buffers = new Buffers();
        for (int i = 0; i < 2 * Buffers.MostLarge; i++) Assert.Equal(Buffers.Small, buffers.Rent(large: false).Length);
        Assert.Equal(Buffers.Large, buffers.Rent(large: true).Length);
    }
}
