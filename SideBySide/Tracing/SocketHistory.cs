using System.Net.NetworkInformation;
using TcpClose.Kernel;

namespace SideBySide.Tracing;

/// <summary>One change of state of a socket.</summary>
/// <param name="At">The time in nanoseconds on <see cref="Clock"/>.</param>
/// <param name="From">The state that ended.</param>
/// <param name="To">The state that began.</param>
public readonly record struct Transition(long At, TcpState From, TcpState To);

/// <summary>The states of one socket, from its first change of state to its last.</summary>
public sealed class SocketHistory
{
    private readonly List<Transition> _transitions = [];

    /// <summary>The socket's own port.</summary>
    public int LocalPort { get; private set; }

    /// <summary>The peer's port; 0 for a listener.</summary>
    public int RemotePort { get; private set; }

    /// <summary>The changes, in order.</summary>
    public IReadOnlyList<Transition> Transitions => _transitions;

    /// <summary>The states in order, with the names of RFC 9293: <c>CLOSED → SYN-SENT → ESTABLISHED → …</c>.</summary>
    public string Path => string.Join(" → ",
        _transitions.Take(1).Select(t => t.From).Concat(_transitions.Select(t => t.To))
            .Select(s => StateNames.Name(s)));

    /// <summary>The states that the socket had from <paramref name="from"/> to <paramref name="to"/>.</summary>
    public IEnumerable<TcpState> StatesBetween(long from, long to)
    {
        if (_transitions.Count == 0) yield break;
        if (_transitions[0].At >= from) yield return _transitions[0].From;
        for (int i = 0; i < _transitions.Count; i++)
        {
            bool beganInTime = _transitions[i].At <= to;
            bool endedInTime = i + 1 < _transitions.Count && _transitions[i + 1].At < from;
            if (beganInTime && !endedInTime) yield return _transitions[i].To;
        }
    }

    internal void Add(Transition transition, int localPort, int remotePort)
    {
        // Linux also reports a change from a state to the same state.
        if (transition.From != transition.To) _transitions.Add(transition);
        if (localPort != 0) LocalPort = localPort;
        if (remotePort != 0) RemotePort = remotePort;
    }
}
