using System.Net.Sockets;
using TcpClose;

namespace EchoServer.Acts;

/// <summary>What an act plays with.</summary>
internal sealed record Act(Socket Socket, EchoConnection Connection, CloseLog Log, ScenarioRequest Request);
