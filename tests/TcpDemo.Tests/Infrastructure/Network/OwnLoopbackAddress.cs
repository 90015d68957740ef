using System.Net;

namespace TcpDemo.Tests.Infrastructure.Network;

/// <summary>
/// An address of loopback that no other test uses. A test that gives a port back and then wants the same one again uses
/// it, because on 127.0.0.1 another test that runs at the same time may be given the port meanwhile.
/// </summary>
public static class OwnLoopbackAddress
{
    private static int _last;

    /// <summary>
    /// The next one: 127.64.0.1, 127.64.0.2, and so on. Linux has all of 127.0.0.0/8 on its loopback interface.
    /// </summary>
    public static IPAddress Next()
    {
        int number = Interlocked.Increment(ref _last);
        return new IPAddress([127, 64, (byte)(number >> 8), (byte)number]);
    }
}
