using TcpClose.Events;

namespace TcpClose.Scenarios;

/// <summary>One way in which a TCP connection closes, with its expected states and segments.</summary>
/// <param name="Name">The name on the command line and in the request.</param>
/// <param name="Sentence">What happens.</param>
/// <param name="Teaches">What it teaches.</param>
/// <param name="Section">The section of RFC 9293 that describes it.</param>
public sealed record Scenario(string Name, string Sentence, string Teaches, string Section)
{
    /// <summary>Whether the client must request it from the server (<see cref="ScenarioRequest"/>).</summary>
    public bool NeedsServerSupport { get; init; } = true;

    /// <summary>The keys that its request may contain: <c>hold</c>, <c>bytes</c>.</summary>
    public IReadOnlyList<string> Parameters { get; init; } = [];

    /// <summary>Whether a server takes part; false if the connection is refused.</summary>
    public bool HasServer { get; init; } = true;

    /// <summary>The default port.</summary>
    public int StandardPort { get; init; } = 8888;

    /// <summary>The arguments with which the server must be started.</summary>
    public IReadOnlyList<string> ServerArguments { get; init; } = [];

    /// <summary>The allowed forms. The scenario demonstrates the first one.</summary>
    public required IReadOnlyList<CloseSequence> Alternatives { get; init; }

    /// <summary>The form that the scenario demonstrates.</summary>
    public CloseSequence Expected => Alternatives[0];

    /// <summary>Whether a side may be in TIME-WAIT afterwards.</summary>
    public bool MayLeaveTimeWait(Side side) => Alternatives.Any(f => f.TimeWait.Contains(side));
}
