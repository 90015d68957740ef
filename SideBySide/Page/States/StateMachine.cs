using System.Net.NetworkInformation;
using static System.Net.NetworkInformation.TcpState;

namespace SideBySide.Page.States;

/// <summary>The states of a connection and the transitions between them: RFC 9293, figure 5.</summary>
internal static class StateMachine
{
    /// <summary>
    /// The states in the order of a connection's life. CLOSED is <c>Closed</c> at the beginning, and <c>DeleteTcb</c>
    /// at the end.
    /// </summary>
    public static readonly TcpState[] States =
    [
        Closed, Listen, SynSent, SynReceived, Established, FinWait1, FinWait2, CloseWait, Closing, LastAck,
        TimeWait, DeleteTcb,
    ];

    /// <summary>The transition to CLOSED by a RST that is received or sent (RFC 9293 3.10.7.4, 3.10.5).</summary>
    public static readonly StateTransition Reset = new(Unknown, DeleteTcb, "rcv RST, or abort", "snd RST");

    /// <summary>
    /// The transitions. If two paths have the same length, <see cref="PathOf"/> takes the transition that is listed
    /// first.
    /// </summary>
    public static readonly StateTransition[] Transitions =
    [
        new(Closed, SynSent, "active OPEN", "snd SYN"),
        new(Closed, Listen, "passive OPEN"),
        new(Listen, SynReceived, "rcv SYN", "snd SYN,ACK"),
        new(Listen, SynSent, "SEND", "snd SYN"),
        new(Listen, Closed, "CLOSE"),
        new(SynSent, Established, "rcv SYN,ACK", "snd ACK"),
        new(SynSent, SynReceived, "rcv SYN", "snd SYN,ACK"),
        new(SynSent, Closed, "CLOSE"),
        new(SynReceived, Established, "rcv ACK of SYN"),
        new(SynReceived, FinWait1, "CLOSE", "snd FIN"),
        new(SynReceived, Listen, "rcv RST"),
        new(Established, CloseWait, "rcv FIN", "snd ACK"),
        new(Established, FinWait1, "CLOSE", "snd FIN"),
        new(FinWait1, FinWait2, "rcv ACK of FIN"),
        new(FinWait1, Closing, "rcv FIN", "snd ACK"),
        new(FinWait2, TimeWait, "rcv FIN", "snd ACK"),
        new(Closing, TimeWait, "rcv ACK of FIN"),
        new(CloseWait, LastAck, "CLOSE", "snd FIN"),
        new(LastAck, DeleteTcb, "rcv ACK of FIN"),
        new(TimeWait, DeleteTcb, "timeout = 2 MSL"),
        Reset,
    ];

    /// <summary>
    /// The shortest path from a state to another; empty if there is none. The path has several transitions if states in
    /// between were not observed.
    /// </summary>
    public static IReadOnlyList<StateTransition> PathOf(TcpState from, TcpState to)
    {
        var paths = new Queue<StateTransition[]>([[]]);
        var reached = new HashSet<TcpState> { from };
        while (paths.TryDequeue(out StateTransition[]? path))
        {
            TcpState last = path.Length == 0 ? from : path[^1].To;
            foreach (StateTransition next in Transitions.Where(t => t.From == last && reached.Add(t.To)))
            {
                if (next.To == to) return [.. path, next];
                paths.Enqueue([.. path, next]);
            }
        }

        return [];
    }

    /// <summary>
    /// Four answers to the question which state follows <paramref name="from"/>: the correct one,
    /// <paramref name="from"/> itself, and others, preferably near these two in the figure.
    /// </summary>
    public static IReadOnlyList<TcpState> ChoicesOf(TcpState from, TcpState correct)
    {
        const int Count = 4;
        IEnumerable<TcpState> near = Transitions.Where(t => t.From == from).Select(t => t.To)
            .Concat(Transitions.Where(t => t.To == correct).Select(t => t.From)).Where(s => s != Unknown)
            .Concat([DeleteTcb, CloseWait, FinWait2, TimeWait]);
        HashSet<TcpState> chosen = [correct, from];
        foreach (TcpState state in near.Where(s => IsOther(chosen, s)))
            if (chosen.Count < Count) chosen.Add(state);
        return [.. States.Where(chosen.Contains)];
    }

    // CLOSED is one answer, although it is in the figure twice.
    private static bool IsOther(HashSet<TcpState> chosen, TcpState state) => !chosen.Contains(state)
        && (state is not (Closed or DeleteTcb) || !chosen.Overlaps([Closed, DeleteTcb]));
}
