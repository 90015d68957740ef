namespace SideBySide.Timeline;

/// <summary>Everything that the available sources observed of a run through a relay.</summary>
/// <param name="ToRelay">The connection from the client to the relay.</param>
/// <param name="ToServer">The connection from the relay to the server.</param>
public sealed record RelayedRun(ObservedRun ToRelay, ObservedRun ToServer)
{
    /// <summary>Whether the relay opened a connection to the server.</summary>
    public bool HasReachedServer => ToServer.ClientPort != 0;
}
