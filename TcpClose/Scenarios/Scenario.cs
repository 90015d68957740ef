using TcpClose.Events;

namespace TcpClose.Scenarios;

/// <summary>One way in which a TCP connection closes, and what must be seen of it.</summary>
/// <param name="Name">Its name on the command line and in the request.</param>
/// <param name="Sentence">What happens.</param>
/// <param name="Teaches">What it teaches.</param>
/// <param name="Section">The section of RFC 9293 that says so.</param>
public sealed record Scenario(string Name, string Sentence, string Teaches, string Section)
{
    /// <summary>Whether the client asks the server for it (<see cref="ScenarioRequest"/>); otherwise the server does what it always does.</summary>
    public bool NeedsServerSupport { get; init; } = true;

    /// <summary>The keys that a request for it may have: <c>hold</c>, <c>bytes</c>.</summary>
    public IReadOnlyList<string> Parameters { get; init; } = [];

    /// <summary>Whether a server takes part; only where opening fails there is none.</summary>
    public bool HasServer { get; init; } = true;

    /// <summary>The port where it is played unless another is given.</summary>
    public int StandardPort { get; init; } = 8888;

    /// <summary>What the server has to be started with.</summary>
    public IReadOnlyList<string> ServerArguments { get; init; } = [];

    /// <summary>What may be seen: first what the scenario is played for, then the other legal forms that it can take.</summary>
    public required IReadOnlyList<CloseSequence> Alternatives { get; init; }

    /// <summary>What the scenario is played for.</summary>
    public CloseSequence Expected => Alternatives[0];

    /// <summary>Whether that side may be in TIME-WAIT afterwards.</summary>
    public bool MayLeaveTimeWait(Side side) => Alternatives.Any(f => f.TimeWait.Contains(side));
}
