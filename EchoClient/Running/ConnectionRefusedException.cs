using TcpClose.Cli;

namespace EchoClient.Running;

/// <summary>The other side's kernel answered the SYN with a RST, because nothing listens on the port.</summary>
internal sealed class ConnectionRefusedException(string sentence) : CommandException(sentence);
