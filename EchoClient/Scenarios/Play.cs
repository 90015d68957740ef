using EchoClient.Running;
using TcpClose.Scenarios;

namespace EchoClient.Scenarios;

/// <summary>How the client plays one scenario: its act, what has to come, how it has to end, and what to say then.</summary>
/// <param name="RunAsync">The act; it returns the outcome.</param>
/// <param name="Request">What the server is asked for; null for what it does anyway.</param>
/// <param name="Expected">What has to come from the server.</param>
/// <param name="MustEnd">The outcome that the scenario promises.</param>
/// <param name="Sentence">The verdict on a run in which all was as it should be.</param>
internal sealed record Play(
    Func<Act, Task<string>> RunAsync, ScenarioRequest? Request, Expected Expected, string MustEnd, Func<EchoExchange, string> Sentence)
{
    /// <summary>What is sent where the scenario is about sending.</summary>
    public long Uploads { get; init; }

    /// <summary>Whether a reply that comes short is part of the lesson.</summary>
    public bool MayLose { get; init; }
}
