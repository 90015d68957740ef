using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace TcpClose.Kernel;

/// <summary>Classifies the errors of socket calls, with the differences between systems in one place.</summary>
public static class SocketErrors
{
    /// <summary>
    /// Whether the peer's RST had arrived. Linux and macOS report ConnectionReset, or Shutdown (EPIPE) if the RST
    /// arrived in CLOSE-WAIT or if an earlier call has already reported it. Windows also reports ConnectionAborted,
    /// which can mean a time-out of retransmissions as well. The result is wrong for a send after our own
    /// <c>Shutdown(Send)</c>, because such a send also fails with EPIPE.
    /// </summary>
    public static bool IsReset(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.ConnectionReset or SocketError.Shutdown => true,
        SocketError.ConnectionAborted => OperatingSystem.IsWindows(),
        _ => false,
    };

    /// <summary>
    /// Whether a connection on which we have not queued our FIN has been reset, or has timed out in the kernel. Before
    /// our FIN nothing else leads to CLOSED. The result is correct even if another call has already reported the error.
    /// </summary>
    public static bool IsResetBeforeFin(Socket socket) => SocketState.Read(socket) == TcpState.Closed;

    /// <summary>
    /// Whether a client has connected to itself: its own port happens to be the server's, and nothing listens there (a
    /// simultaneous open, RFC 9293 3.5, figure 7, with one party). With any other port of its own, the client would be
    /// refused.
    /// </summary>
    public static bool IsConnectedToItself(Socket socket) =>
        socket.Connected && socket.LocalEndPoint!.Equals(socket.RemoteEndPoint);

    /// <summary>
    /// Whether a RST answered the SYN. After a firewall's ICMP message Linux reports the same error. If the message
    /// arrived during the system call connect, as on loopback, the connection is still in SYN-SENT; otherwise the
    /// message is in the error queue. This method takes the message from the queue, so only its first result for a
    /// socket is correct.
    /// </summary>
    public static bool IsRefusedByReset(Socket socket, SocketException error) =>
        error.SocketErrorCode == SocketError.ConnectionRefused && IsResetBeforeFin(socket)
        && !IcmpErrorQueue.TryTake(socket);

    /// <summary>
    /// Reads the error with which the connection has ended (a RST or a time-out), if no call has reported it yet;
    /// otherwise null. <c>Shutdown</c> succeeds on such a connection (.NET hides ENOTCONN), so the close would look
    /// normal.
    /// </summary>
    /// <remarks>
    /// Reading the error (SO_ERROR, socket(7)) clears it, so the next call no longer fails. Other pending errors are
    /// ignored: Linux also stores ICMP errors there, which do not end the connection immediately. If Linux gives up on
    /// the connection later, it reports the ICMP error instead of a time-out, and the state is CLOSED.
    /// </remarks>
    public static SocketException? TakePending(Socket socket) =>
        socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is int and not 0 and var error
        && new SocketException(error) is var pending
        && (IsReset(pending)
            || pending.SocketErrorCode == SocketError.TimedOut
            || SocketState.Read(socket) == TcpState.Closed)
            ? pending
            : null;
}
