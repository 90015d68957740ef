using EchoClient.Framing;

namespace TcpDemo.Tests.EchoClient.Framing;

/// <summary>The messages in a byte stream do not depend on how the stream is split.</summary>
public sealed class MessageFramingTests
{
    private static readonly byte[][] Bodies = [[.. "hello service"u8], [], [.. "x"u8], new byte[300]];

    [Fact]
    public void TheSameMessagesAreReadHoweverTheStreamIsSplit()
    {
        byte[] stream = Frame.Join(Bodies);
        for (int cut = 1; cut <= stream.Length; cut++)
        {
            var reader = new FrameReader();
            Frame[] frames = [.. stream.Chunk(cut).SelectMany(piece => reader.Add(piece))];
            Assert.Equal([1, 2, 3, 4], frames.Select(f => f.Number));
            Assert.Equal(Bodies, frames.Select(f => f.Body));
        }
    }

    [Fact]
    public void TheNumberOfReadsPerMessageIsCounted()
    {
        byte[] stream = Frame.Join(Bodies);      // 17 + 4 + 5 + 304 bytes
        var reader = new FrameReader();
        var frames = new List<Frame>();
        foreach (byte[] piece in (byte[][])[stream[..3], stream[3..17], stream[17..30], stream[30..]])
            frames.AddRange(reader.Add(piece));
        Assert.Equal([(2, false), (1, false), (1, true), (2, true)], frames.Select(f => (f.Reads, f.BeganInside)));
    }

    [Theory]
    [InlineData(new byte[] { 0, 0x10, 0, 1 }, "header 2 gives a body of 1048577 bytes, the maximum is 1048576")]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff },
        "header 2 gives a body of 4294967295 bytes, the maximum is 1048576")]
    public void AnOversizedBodyIsRejectedBeforeMemoryIsAllocated(byte[] header, string error)
    {
        var reader = new FrameReader();
        Assert.Single(reader.Add(Frame.Join([1, 2, 3])));
        Assert.Equal(error, Assert.Throws<InvalidDataException>(() => reader.Add(header)).Message);
    }

    [Fact]
    public void ABodyOfTheMaximumSizeIsAccepted()
    {
        var reader = new FrameReader();
        Assert.Equal(Frame.MaxBody, Assert.Single(reader.Add(Frame.Join(new byte[Frame.MaxBody]))).Body.Length);
    }
}
