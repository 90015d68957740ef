using System.Net.Sockets;
using EchoClient.Running;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>What an act plays with.</summary>
/// <param name="Socket">The connected socket.</param>
/// <param name="Options">What the command line asked for.</param>
/// <param name="Request">The first line of the stream, by which the server knows what to play; nothing for the plain echo.</param>
/// <param name="Exchange">Sends and receives.</param>
/// <param name="Log">The events.</param>
internal sealed record Act(Socket Socket, ClientOptions Options, Payload Request, EchoExchange Exchange, CloseLog Log);

/// <summary>How a connection ended (RFC 9293 MUST-12), as the verdict says it.</summary>
internal static class Outcome
{
    public const string Normal = "closed normally", Reset = "reset", Aborted = "aborted", Refused = "refused";
}
