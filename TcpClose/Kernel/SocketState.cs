using System.Buffers.Binary;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace TcpClose.Kernel;

/// <summary>
/// Queries the kernel for the state of a socket's connection, in about a microsecond. In TIME-WAIT the answer is
/// CLOSED; <see cref="KernelConnectionTable"/> finds the connection then. Tested only on Linux.
/// </summary>
public static class SocketState
{
    private const int Unknown = -1;
    private const int IpProtoTcp = 6;
    private const int LinuxTcpInfo = 11;              // include/uapi/linux/tcp.h
    private const int LinuxLastAckReceived = 56;      // the same, offset in struct tcp_info
    private const int LinuxBytesAcked = 120, LinuxBytesReceived = 128;    // offsets in struct tcp_info
    private const int MacBytesSent = 64, MacBytesReceived = 88;           // offsets in struct tcp_connection_info
    private const int WindowsBytesOut = 48, WindowsBytesReceived = 56;    // offsets in TCP_INFO_v0
    private const int MacTcpConnectionInfo = 0x106;   // netinet/tcp.h
    private const int WindowsSioTcpInfo = unchecked((int)0xD8000027);   // mstcpip.h, SIO_TCP_INFO

    /// <summary>The state; null if the system does not report it or the socket is closed.</summary>
    public static TcpState? Read(Socket socket)
    {
        try
        {
            if (OperatingSystem.IsLinux()) return StateNames.FromLinux(FirstByte(socket, LinuxTcpInfo, 8));
            if (OperatingSystem.IsMacOS()) return StateNames.FromMacOS(FirstByte(socket, MacTcpConnectionInfo, 112));
            if (OperatingSystem.IsWindows())
                return StateNames.FromWindows(BinaryPrimitives.ReadInt32LittleEndian(WindowsInfo(socket)));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The socket is closed, or the kernel is too old for the query.
        }

        return null;
    }

    /// <summary>
    /// A number that grows while a waiting send makes progress: on Linux the acknowledged bytes
    /// (<c>tcpi_bytes_acked</c>), on macOS and Windows the sent bytes (untested). Null elsewhere.
    /// </summary>
    public static long? SendProgress(Socket socket) => Counter(socket, LinuxBytesAcked, MacBytesSent, WindowsBytesOut);

    /// <summary>
    /// The number of bytes that the kernel has received from the peer, including unread bytes. On Linux a FIN counts as
    /// one byte (<c>tcpi_bytes_received</c>). Untested on macOS and Windows; null elsewhere.
    /// </summary>
    public static long? ReceivedBytes(Socket socket) =>
        Counter(socket, LinuxBytesReceived, MacBytesReceived, WindowsBytesReceived);

    /// <summary>
    /// The time since the last segment with the ACK flag arrived. It shows when a FIN arrived, to within a few
    /// milliseconds, even if the program reads the end of stream late. A RST does not count. Linux only
    /// (<c>tcpi_last_ack_recv</c>); null elsewhere.
    /// </summary>
    public static TimeSpan? SinceLastSegment(Socket socket)
    {
        if (!OperatingSystem.IsLinux()) return null;
        Span<byte> info = stackalloc byte[LinuxLastAckReceived + sizeof(uint)];
        try
        {
            return socket.GetRawSocketOption(IpProtoTcp, LinuxTcpInfo, info) == info.Length
                ? TimeSpan.FromMilliseconds(BinaryPrimitives.ReadUInt32LittleEndian(info[LinuxLastAckReceived..]))
                : null;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    private static long? Counter(Socket socket, int linux, int macOS, int windows)
    {
        try
        {
            if (OperatingSystem.IsLinux()) return Number(socket, LinuxTcpInfo, linux);
            if (OperatingSystem.IsMacOS()) return Number(socket, MacTcpConnectionInfo, macOS);
            if (OperatingSystem.IsWindows())
                return BinaryPrimitives.ReadInt64LittleEndian(WindowsInfo(socket).AsSpan(windows));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Unknown, as above.
        }

        return null;
    }

    // Null if the kernel's structure is too short to contain the number.
    private static long? Number(Socket socket, int option, int offset)
    {
        Span<byte> info = stackalloc byte[LinuxBytesReceived + sizeof(long)];
        info = info[..(offset + sizeof(long))];
        return socket.GetRawSocketOption(IpProtoTcp, option, info) == info.Length
            ? BinaryPrimitives.ReadInt64LittleEndian(info[offset..])
            : null;
    }

    // The structures of Linux and macOS begin with the state, in one byte; the kernel fills in as much as fits.
    private static int FirstByte(Socket socket, int option, int size)
    {
        Span<byte> info = stackalloc byte[112];
        return socket.GetRawSocketOption(IpProtoTcp, option, info[..size]) > 0 ? info[0] : Unknown;
    }

    // TCP_INFO_v0 is 88 bytes long and begins with a 32-bit TCPSTATE. The input is the requested version, 0.
    private static byte[] WindowsInfo(Socket socket)
    {
        byte[] info = new byte[88];
        int length = socket.IOControl(WindowsSioTcpInfo, new byte[4], info);
        return length == info.Length ? info : throw new SocketException((int)SocketError.InvalidArgument);
    }
}
