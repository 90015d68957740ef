using System.Net.Sockets;
using TcpClose;

namespace EchoClient.Acts;

/// <summary>What an act plays with.</summary>
/// <param name="Socket">The connected socket.</param>
/// <param name="Request">The first line of the stream, by which the server knows what to play.</param>
/// <param name="Message">What is sent where the act sends something of its own.</param>
/// <param name="Exchange">Sends and receives.</param>
/// <param name="Log">The events.</param>
internal sealed record Act(Socket Socket, byte[] Request, byte[] Message, EchoExchange Exchange, CloseLog Log);

/// <summary>How a connection ended (RFC 9293 MUST-12), as the verdict says it.</summary>
internal static class Outcome
{
    public const string Normal = "closed normally", Reset = "reset", Aborted = "aborted";
}
