using System.Net.NetworkInformation;
using SideBySide.Page.States;
using SideBySide.Timeline;

namespace SideBySide.Page;

/// <summary>A step of the page: a row of the ladder, and the states of all ends after it.</summary>
/// <param name="Row">The index of the row; null for the beginning.</param>
/// <param name="Seconds">The time since the first SYN, or else since <c>Connect</c> or the first row.</param>
/// <param name="Title">What happens, in a few words: <c>segment 6: FIN ACK from the client</c>.</param>
/// <param name="Ends">Every end of the picture, from left to right.</param>
internal sealed record Step(int? Row, double Seconds, string Title, IReadOnlyList<EndOfStep> Ends)
{
    /// <summary>What it means, in a few sentences.</summary>
    public IReadOnlyList<string> Explanation { get; init; } = [];

    /// <summary>The connection of the row: 1 for the second one of a relay, otherwise 0.</summary>
    public int Connection { get; init; }

    /// <summary>The calls of the programs.</summary>
    public IReadOnlyList<(LegEnd End, CallEvent Call)> Calls { get; init; } = [];

    /// <summary>The segment, with its number; null if there is none.</summary>
    public (int Number, LegEnd Sender, SegmentEvent Event)? Segment { get; init; }

    /// <summary>
    /// Whether the quiz may ask for an end's state after this step: if the state changes and
    /// <see cref="EndOfStep.IsReportedOtherwise"/> is false, or if a segment to this end is lost. A step without a
    /// segment or a call has no question, because its title is the state.
    /// </summary>
    public bool IsQuestion(EndOfStep end) =>
        (end.Path.Count > 0 && !end.IsReportedOtherwise && (Segment is not null || Calls.Count > 0))
        || (Segment is { Event.IsLost: true } lost && lost.Sender.Peer == end.End && end.State is not null);
}

/// <summary>An end of a connection in a step.</summary>
/// <param name="End">The end.</param>
/// <param name="State">Its state after the step; null if it is unknown.</param>
/// <param name="Name">The state as the ladder writes it: in lower case if it is inferred.</param>
internal sealed record EndOfStep(LegEnd End, TcpState? State, string Name)
{
    /// <summary>The state before the step; null if it is unknown or does not change.</summary>
    public TcpState? Before { get; init; }

    /// <summary>
    /// Whether Linux reports the state later than the RFC prescribes, or reports FIN-WAIT-2 although, by the RFC, the
    /// end goes directly to TIME-WAIT.
    /// </summary>
    public bool IsReportedOtherwise { get; init; }

    /// <summary>The transitions that lead to the state; empty if it does not change, or if no path is known.</summary>
    public IReadOnlyList<StateTransition> Path { get; init; } = [];
}
