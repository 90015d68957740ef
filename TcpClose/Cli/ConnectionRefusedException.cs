namespace TcpClose.Cli;

/// <summary>A RST answered the SYN, usually because nothing listens on the port.</summary>
public sealed class ConnectionRefusedException(string sentence) : CommandException(sentence);
