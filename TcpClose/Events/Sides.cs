namespace TcpClose.Events;

/// <summary>The name of a side, and the side opposite to it.</summary>
public static class Sides
{
    /// <summary>The other side.</summary>
    public static Side Peer(this Side side) => side == Side.Client ? Side.Server : Side.Client;

    /// <summary><c>client</c> or <c>server</c>, as events, pictures and JSON spell it.</summary>
    public static string Name(this Side side) => side == Side.Client ? "client" : "server";
}
