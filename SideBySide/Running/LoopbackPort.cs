using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using TcpClose.Kernel;

namespace SideBySide.Running;

/// <summary>Ports of the loopback address.</summary>
internal static class LoopbackPort
{
    /// <summary>A port that no program uses now.</summary>
    public static int Free()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>
    /// Whether a program is known to listen on a port. Also false if the system does not list its listeners. If a
    /// program listens on such a system, the client of the scenario <c>refused</c> can connect, and the comparison with
    /// the scenario reports that.
    /// </summary>
    public static bool IsKnownToListen(int port)
    {
        var address = new IPEndPoint(IPAddress.Loopback, port);
        try
        {
            return IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
                .Any(l => BoundEndPoints.Overlap(l, address));
        }
        catch (Exception unknown)
            when (unknown is NetworkInformationException or PlatformNotSupportedException or IOException)
        {
            return false;
        }
    }
}
