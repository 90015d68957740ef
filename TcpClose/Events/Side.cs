namespace TcpClose.Events;

/// <summary>The program that an event belongs to.</summary>
public enum Side
{
    /// <summary>EchoClient: connects, and by default closes first (the active close).</summary>
    Client,

    /// <summary>EchoServer: accepts, and by default closes after the client's FIN (the passive close).</summary>
    Server,
}
