using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace TcpClose.Kernel;

/// <summary>
/// The ICMP errors that ended a connection before the SYN was answered. Linux 5.9 or newer keeps them in the socket's
/// error queue, for recv with MSG_ERRQUEUE.
/// </summary>
internal static partial class IcmpErrorQueue
{
    private const int MsgDontWait = 0x40, MsgErrQueue = 0x2000;     // include/linux/socket.h

    /// <summary>Takes one ICMP error from the queue; false if there is none.</summary>
    public static bool TryTake(Socket socket)
    {
        byte quoted = 0;
        return OperatingSystem.IsLinux() && Receive(socket.SafeHandle, ref quoted, 1, MsgErrQueue | MsgDontWait) >= 0;
    }

    [LibraryImport("libc", EntryPoint = "recv")]
    private static partial nint Receive(SafeSocketHandle socket, ref byte buffer, nuint length, int flags);
}
