using System.Net.Sockets;

namespace TcpClose.Kernel;

/// <summary>
/// TCP_CORK (Linux): the kernel holds back a segment that is not full, for at most 200 ms. A FIN that follows is sent
/// with the last bytes.
/// </summary>
public static class TcpCork
{
    private const int IpProtoTcp = 6, Cork = 3;      // include/uapi/linux/tcp.h

    /// <summary>Holds back a segment that is not full; false if the system cannot do that.</summary>
    /// <exception cref="SocketException">The socket is closed or has failed.</exception>
    public static bool TrySet(Socket socket)
    {
        if (!OperatingSystem.IsLinux()) return false;
        socket.SetRawSocketOption(IpProtoTcp, Cork, BitConverter.GetBytes(1));
        return true;
    }
}
