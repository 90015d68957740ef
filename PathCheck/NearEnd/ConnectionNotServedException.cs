using TcpClose.Cli;

namespace PathCheck.NearEnd;

/// <summary>
/// A connection of a check never reached PathCheck serve, although the path accepted it: for instance, the path ended
/// it, or another server answered.
/// </summary>
internal sealed class ConnectionNotServedException()
    : CommandException("the path accepted a connection that never reached PathCheck serve");
