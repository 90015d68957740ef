using System.Net;

namespace TcpDemo.Tests.Infrastructure.Network;

/// <summary>
/// A loopback address that no other test uses. A test that releases a port and binds it again needs one: on 127.0.0.1 a
/// parallel test may take the port.
/// </summary>
public static class OwnLoopbackAddress
{
    private static int _last;

    /// <summary>
    /// Returns the next address: 127.64.0.1, 127.64.0.2, and so on. On Linux all of 127.0.0.0/8 is loopback.
    /// </summary>
    public static IPAddress Next()
    {
        int number = Interlocked.Increment(ref _last);
        return new IPAddress([127, 64, (byte)(number >> 8), (byte)number]);
    }
}
