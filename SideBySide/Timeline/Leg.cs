using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>The connection of a run: the only one, or one of the two connections of a relay.</summary>
public enum Leg
{
    /// <summary>From the client to the server, without a relay.</summary>
    Direct,

    /// <summary>From the client to the relay, which is the server here.</summary>
    ClientToRelay,

    /// <summary>From the relay, which is the client here, to the server.</summary>
    RelayToServer,
}

/// <summary>One end of a connection: a socket in a picture.</summary>
/// <param name="Leg">The connection.</param>
/// <param name="Side">The side.</param>
public readonly record struct LegEnd(Leg Leg, Side Side)
{
    /// <summary>Whether the socket is one of the relay's.</summary>
    public bool IsRelay => this is { Leg: Leg.ClientToRelay, Side: Side.Server }
        or { Leg: Leg.RelayToServer, Side: Side.Client };

    /// <summary>The program that has the socket: <c>client</c>, <c>server</c> or <c>relay</c>.</summary>
    public string Name => IsRelay ? "relay" : Side.Name();

    /// <summary>The other end of the connection.</summary>
    public LegEnd Peer => this with { Side = Side.Peer() };
}
