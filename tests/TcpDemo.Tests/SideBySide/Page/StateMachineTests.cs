using System.Net.NetworkInformation;
using SideBySide.Page.Sentences;
using SideBySide.Page.States;
using TcpClose.Kernel;
using static System.Net.NetworkInformation.TcpState;

namespace TcpDemo.Tests.SideBySide.Page;

/// <summary>The state diagram is that of RFC 9293, figure 5.</summary>
public sealed class StateMachineTests
{
    [Fact]
    public void TheDiagramDrawsEveryStateAndEveryTransitionOnce()
    {
        Assert.Equal(StateMachine.States.Order(), StateDiagramLayout.States.Keys.Order());
        Assert.Equal(StateMachine.Transitions.Select(t => (t.From, t.To)).Order(),
            StateDiagramLayout.Arrows.Keys.Order());
        string drawn = StateDiagramSvg.Draw("client", new HashSet<TcpState> { Established }).ToString();
        Assert.Equal(StateMachine.Transitions.Length, drawn.Split("data-edge=").Length - 1);
        Assert.Equal(StateMachine.States.Length, drawn.Split("data-state=").Length - 1);
        Assert.Single(drawn.Split("role=\"button\"").Skip(1));
    }

    [Fact]
    public void EveryStateHasAMeaning() =>
        Assert.All(StateMachine.States, s => Assert.EndsWith(".", StateSentences.Of(s), StringComparison.Ordinal));

    [Theory]
    [InlineData(Closed, SynSent, "active OPEN / snd SYN")]
    [InlineData(Established, CloseWait, "rcv FIN / snd ACK")]
    [InlineData(Established, FinWait1, "CLOSE / snd FIN")]
    [InlineData(TimeWait, DeleteTcb, "timeout = 2 MSL")]
    [InlineData(Closed, Established, "active OPEN / snd SYN, rcv SYN,ACK / snd ACK")]
    [InlineData(Listen, Established, "rcv SYN / snd SYN,ACK, rcv ACK of SYN")]
    [InlineData(CloseWait, DeleteTcb, "CLOSE / snd FIN, rcv ACK of FIN")]
    [InlineData(TimeWait, Listen, "")]
    public void StatesThatWereNotObservedAreOnTheShortestPath(TcpState from, TcpState to, string labels) =>
        Assert.Equal(labels, string.Join(", ", StateMachine.PathOf(from, to).Select(t => t.Label)));

    [Fact]
    public void AQuestionHasFourAnswersAndOneOfThemIsRight() =>
        Assert.All(StateMachine.Transitions.Where(t => t != StateMachine.Reset), t =>
        {
            IReadOnlyList<TcpState> choices = StateMachine.ChoicesOf(t.From, t.To);
            Assert.Contains(t.To, choices);
            Assert.Contains(t.From, choices);
            Assert.Equal(4, choices.Count);
            // CLOSED before a connection and CLOSED after it are two states with one name.
            if ((t.From, t.To) is not ((Closed, _) or (_, Closed)))
                Assert.Equal(4, choices.Select(c => StateNames.Name(c)).Distinct().Count());
        });
}
