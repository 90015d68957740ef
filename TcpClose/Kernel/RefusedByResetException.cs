using System.Net.Sockets;

namespace TcpClose.Kernel;

/// <summary>A RST answered the SYN.</summary>
public sealed class RefusedByResetException() : SocketException((int)SocketError.ConnectionRefused);
