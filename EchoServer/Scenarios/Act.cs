using System.Net.Sockets;
using EchoServer.Hosting;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

/// <summary>What an act plays with.</summary>
internal sealed record Act(Socket Socket, EchoConnection Connection, CloseLog Log, ScenarioRequest Request);
