namespace TcpClose.Events;

/// <summary>The program that an event belongs to.</summary>
public enum Side
{
    /// <summary>EchoClient: connects, and closes first (the active close).</summary>
    Client,

    /// <summary>EchoServer: accepts, and closes after it has read the client's FIN (the passive close).</summary>
    Server,
}
