using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>The connection of a run: the only one, or one of the two connections of a relay.</summary>
public enum Leg
{
    /// <summary>The client is connected to the server. There is no relay.</summary>
    Direct,

    /// <summary>The client is connected to the relay, which is the server of this connection.</summary>
    ClientToRelay,

    /// <summary>The relay is connected to the server, and is the client of this connection.</summary>
    RelayToServer,
}

/// <summary>One end of a connection: one of the sockets that a picture shows.</summary>
/// <param name="Leg">The connection.</param>
/// <param name="Side">The side of that connection.</param>
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
