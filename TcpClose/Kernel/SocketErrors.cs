using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace TcpClose.Kernel;

/// <summary>Classifies the errors of socket calls on each system.</summary>
public static class SocketErrors
{
    /// <summary>
    /// Whether the peer's RST had arrived. Linux and macOS report ConnectionReset, or Shutdown (EPIPE) if the RST
    /// arrived in CLOSE-WAIT or if an earlier call has already reported it. Windows also reports ConnectionAborted,
    /// which can also mean a time-out. The result is wrong for a send after our own <c>Shutdown(Send)</c>, which also
    /// fails with EPIPE.
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
    /// simultaneous open with one party, RFC 9293 3.5, figure 7).
    /// </summary>
    public static bool IsConnectedToItself(Socket socket) =>
        socket.Connected && socket.LocalEndPoint!.Equals(socket.RemoteEndPoint);

    /// <summary>
    /// Whether a RST answered the SYN. Linux reports the same error after a firewall's ICMP message, but in that case
    /// the connection is still in SYN-SENT, or the message is in the error queue. This method takes the message, so
    /// only its first result for a socket is correct.
    /// </summary>
    public static bool IsRefusedByReset(Socket socket, SocketException error) =>
        error.SocketErrorCode == SocketError.ConnectionRefused && IsResetBeforeFin(socket)
        && !IcmpErrorQueue.TryTake(socket);

    /// <summary>
    /// Takes the error that ended the connection (a RST or a time-out); null if no such error is pending.
    /// <c>Shutdown</c> succeeds on such a connection (.NET hides ENOTCONN), so the close would look normal.
    /// </summary>
    /// <remarks>
    /// Reading the error (SO_ERROR, socket(7)) clears it, so the next call no longer fails. Linux also stores ICMP
    /// errors there. They are ignored unless the state is CLOSED, because otherwise the connection continues.
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
