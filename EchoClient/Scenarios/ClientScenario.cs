using EchoClient.Checking;
using TcpClose.Events;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>What a scenario runs with, besides its socket.</summary>
/// <param name="Request">The first line of the stream, which asks the server for the scenario; nothing for the plain echo.</param>
/// <param name="Options">The command line.</param>
/// <param name="Reply">Compares what the server sends.</param>
/// <param name="Kernel">Waits for the kernel after the socket is closed.</param>
internal sealed record ScenarioContext(Payload Request, ClientOptions Options, EchoVerifier Reply, ClosedConnectionMonitor Kernel);

/// <summary>One scenario on the client's side: its calls, what has to come, and how the connection has to end.</summary>
/// <param name="RunAsync">The calls, from a connected socket to its close.</param>
/// <param name="Request">What the server is asked for; null if it does that anyway.</param>
/// <param name="Expected">What has to come from the server.</param>
/// <param name="ExpectedOutcome">How the connection has to end.</param>
/// <param name="Sentence">The result of a run in which all was as it should be.</param>
internal sealed record ClientScenario(
    Func<ObservedSocket, ScenarioContext, Task> RunAsync,
    ScenarioRequest? Request,
    ExpectedReply Expected,
    CloseOutcome ExpectedOutcome,
    Func<ObservedSocket, string> Sentence)
{
    /// <summary>How many bytes are sent, if the scenario is about sending.</summary>
    public long UploadLength { get; init; }

    /// <summary>Whether a reply that comes short is part of the lesson.</summary>
    public bool AllowsTruncatedReply { get; init; }

    /// <summary>Whether the client gives up after its time-out; the one scenario without waits for the server's.</summary>
    public bool HasTimeout { get; init; } = true;
}
