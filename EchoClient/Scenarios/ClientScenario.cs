using EchoClient.Checking;
using TcpClose.Events;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Scenarios;

/// <summary>The parameters of a scenario, besides its socket.</summary>
/// <param name="RequestLine">The line that requests the scenario; empty if the server needs no request.</param>
/// <param name="Options">The options of the client.</param>
/// <param name="Reply">Verifies the reply.</param>
/// <param name="Kernel">Waits, after the close, until the kernel has ended the connection.</param>
internal sealed record ScenarioContext(
    Payload RequestLine, ClientOptions Options, EchoVerifier Reply, ClosedConnectionMonitor Kernel);

/// <summary>The client's half of a scenario.</summary>
/// <param name="RunAsync">The calls up to the close.</param>
/// <param name="Request">The request to the server; null if the server needs none.</param>
/// <param name="Expected">The expected reply.</param>
/// <param name="ExpectedOutcome">How the connection must end.</param>
/// <param name="Sentence">Describes a run that went as expected.</param>
internal sealed record ClientScenario(
    Func<ObservedSocket, ScenarioContext, Task> RunAsync,
    ScenarioRequest? Request,
    ExpectedReply Expected,
    CloseOutcome ExpectedOutcome,
    Func<ObservedSocket, string> Sentence)
{
    /// <summary>The number of bytes that the client sends after the server's FIN; 0 if it sends none then.</summary>
    public long UploadLength { get; init; }

    /// <summary>Whether a truncated reply is an expected result.</summary>
    public bool AllowsTruncatedReply { get; init; }

    /// <summary>Whether the client's time-out applies; <c>idle</c> waits for the server's instead.</summary>
    public bool HasTimeout { get; init; } = true;
}
