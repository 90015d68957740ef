namespace TcpClose.Cli;

/// <summary>The other side's kernel answered the SYN with a RST, because nothing listens on the port.</summary>
public sealed class ConnectionRefusedException(string sentence) : CommandException(sentence);
