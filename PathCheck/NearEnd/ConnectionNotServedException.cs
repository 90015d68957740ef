using TcpClose.Cli;

namespace PathCheck.NearEnd;

/// <summary>The path accepted a connection of a check, but the connection never reached PathCheck serve.</summary>
internal sealed class ConnectionNotServedException()
    : CommandException("the path accepted a connection that never reached PathCheck serve");
