using System.Net.NetworkInformation;
using TcpClose.Kernel;

namespace SideBySide.Page.States;

/// <summary>An arrow of the state diagram in RFC 9293, figure 5.</summary>
/// <param name="From">The state before.</param>
/// <param name="To">The state after. <see cref="TcpState.DeleteTcb"/> is CLOSED at the end.</param>
/// <param name="Event">What causes the change: <c>rcv FIN</c>.</param>
/// <param name="Action">What the side does then: <c>snd ACK</c>; empty for nothing.</param>
internal sealed record StateTransition(TcpState From, TcpState To, string Event, string Action = "")
{
    /// <summary>The name of the arrow in the page.</summary>
    public string Id => $"{From}-{To}";

    /// <summary>The label of the arrow in one line: <c>rcv FIN / snd ACK</c>.</summary>
    public string Label => Action == "" ? Event : $"{Event} / {Action}";

    /// <summary>The names of the two states.</summary>
    public override string ToString() => $"{StateNames.Name(From)} → {StateNames.Name(To)}";
}
