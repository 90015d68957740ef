using System.Buffers.Binary;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using TcpClose.Sockets;

namespace TcpClose.Kernel;

/// <summary>
/// Asks the kernel for the state of the connection behind a socket: one system call, about a microsecond. It speaks of
/// the descriptor, so once the connection has gone on to TIME-WAIT it says CLOSED; <see cref="ObservedConnection"/>
/// knows what to do then. Only the Linux branch has been tried.
/// </summary>
public static class SocketState
{
    private const int IpProtoTcp = 6;
    private const int LinuxTcpInfo = 11;              // include/uapi/linux/tcp.h
    private const int LinuxLastAckReceived = 56;      // the same, offset in struct tcp_info
    private const int LinuxBytesAcked = 120, LinuxBytesReceived = 128;    // offsets in struct tcp_info
    private const int MacTcpConnectionInfo = 0x106;   // netinet/tcp.h
    private const int WindowsSioTcpInfo = unchecked((int)0xD8000027);   // mstcpip.h, SIO_TCP_INFO

    /// <summary>The kernel's word, or null where this system does not say or the socket is closed.</summary>
    public static TcpState? Read(Socket socket)
    {
        try
        {
            if (OperatingSystem.IsLinux()) return StateNames.FromLinux(FirstByte(socket, LinuxTcpInfo, 8));
            if (OperatingSystem.IsMacOS()) return StateNames.FromMacOS(FirstByte(socket, MacTcpConnectionInfo, 112));
            if (OperatingSystem.IsWindows()) return StateNames.FromWindows(FirstWord(socket));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // A socket that is closed already, or a kernel too old for the question: unknown, never a guess.
        }

        return null;
    }

    /// <summary>
    /// How many bytes the peer's kernel has acknowledged so far: whether a send that waits makes any progress. Linux
    /// only (<c>tcpi_bytes_acked</c>); null elsewhere.
    /// </summary>
    public static long? AcknowledgedBytes(Socket socket) => Counter(socket, LinuxBytesAcked);

    /// <summary>
    /// How many bytes the kernel has received from the peer so far, read by the program or not (a FIN counts as one).
    /// Linux only (<c>tcpi_bytes_received</c>); null elsewhere.
    /// </summary>
    public static long? ReceivedBytes(Socket socket) => Counter(socket, LinuxBytesReceived);

    /// <summary>
    /// How long ago the last segment came that acknowledged something, and a FIN does. A program on a busy machine reads an
    /// end of stream late; this says when it was there, to a few milliseconds. It does not count a RST. Linux only
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

    private static long? Counter(Socket socket, int offset)
    {
        if (!OperatingSystem.IsLinux()) return null;
        Span<byte> info = stackalloc byte[LinuxBytesReceived + sizeof(long)];
        try
        {
            return socket.GetRawSocketOption(IpProtoTcp, LinuxTcpInfo, info) == info.Length
                ? BinaryPrimitives.ReadInt64LittleEndian(info[offset..])
                : null;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    // Both structures begin with the state, in one byte; the kernel fills as much as fits.
    private static int FirstByte(Socket socket, int option, int size)
    {
        Span<byte> info = stackalloc byte[112];
        socket.GetRawSocketOption(IpProtoTcp, option, info[..size]);
        return info[0];
    }

    // TCP_INFO_v0 is 88 bytes and begins with a 32-bit TCPSTATE; the question is the wanted version, 0.
    private static int FirstWord(Socket socket)
    {
        byte[] info = new byte[88];
        socket.IOControl(WindowsSioTcpInfo, new byte[4], info);
        return BinaryPrimitives.ReadInt32LittleEndian(info);
    }
}
