using TcpClose.Cli;

namespace EchoClient.Running;

/// <summary>The kernel on the other side has answered the SYN with a RST: nothing listens there.</summary>
internal sealed class ConnectionRefusedException(string sentence) : CommandException(sentence);
