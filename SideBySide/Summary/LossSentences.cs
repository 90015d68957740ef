using System.Net.NetworkInformation;
using SideBySide.Timeline;
using TcpClose.Events;
using static SideBySide.Summary.Wording;

namespace SideBySide.Summary;

/// <summary>Summarizes a run with a dropped segment: what was lost, and what repaired it.</summary>
internal sealed class LossSentences(RunFacts run, LossFacts loss)
{
    private readonly string _side = loss.First.Side.Name(), _peer = loss.First.Side.Peer().Name();

    private string Lost => $"lost {Times(loss.Lost.Count)}, on purpose";

    /// <summary>The lines. A line about which the run shows nothing is null.</summary>
    public IEnumerable<string?> Lines() =>
        loss.IsLastAck ? LastAck()
        : loss.IsBareAck ? HandshakeAck()
        : loss.First.Has("SYN") ? Syn()
        : loss.First.Has("FIN") ? Fin()
        : Data();

    private IEnumerable<string?> LastAck()
    {
        bool answered = loss.NextAck is { } ack && run.First(loss.First.Side, ClosePhase.SocketClosed)
            ?.Get<long?>("ReturnedAt") < ack.At;
        string where = run.WasIn(loss.First.Side.Peer(), TcpState.LastAck) ? ", in LAST-ACK," : "";
        return
        [
            $"The {_side}'s last ACK was {Lost}. ACKs get no ACK: only a repeated FIN reveals it.",
            loss.WaitsOfPeersFin is { Count: > 0 } waits
                ? $"The {_peer}{where} sent its FIN again after {Waits(waits)}."
                : null,
            run.IsInTimeWait(loss.First.Side) && loss.NextAck is not null
                ? $"TIME-WAIT did its job: the {_side}'s kernel answered"
                    + (answered ? ", although its program had closed the socket." : " the FIN again.")
                : null,
        ];
    }

    private IEnumerable<string?> HandshakeAck()
    {
        SegmentEvent? again = loss.NextSyn is { } syn && syn.At < loss.NextAck?.At ? syn : null;
        return
        [
            $"Segment 3, the ACK of the SYN ACK, was {Lost}. The {_side} could not detect it.",
            again is not null
                ? $"After {Time(Between(loss.First.At, again.At))} the {_peer}'s kernel sent its SYN ACK again."
            : loss.NextAck is { } next
                ? $"The {_side}'s {(next.Segment.Length > 0 ? "data" : "next segment")} acknowledged the SYN ACK too. "
                    + "Nothing had to be sent again."
            : null,
            again is not null
                ? $"Until then no other segment of the {_side} carried that ACK, so the {_peer} kept waiting."
            : "Every segment after the first SYN carries an ACK, so the next one replaces a lost ACK.",
        ];
    }

    private IEnumerable<string?> Syn()
    {
        bool isAnswer = loss.First.Has("ACK");
        return
        [
            isAnswer
                ? $"The {_side}'s SYN ACK was {Lost}, so the {_peer}'s SYN had no answer."
                : $"The {_side}'s SYN was {Lost}, so no SYN ACK was sent.",
            isAnswer && loss.NextSyn is { Side: Side.Client } syn
                ? $"After {Time(Between(loss.First.At, syn.At))} the client sent its SYN again, "
                    + "and the server its SYN ACK."
                : SentAgain("it"),
            "A SYN occupies a number: the kernel repeats it until an ACK arrives, and Connect takes longer.",
        ];
    }

    private IEnumerable<string?> Fin() =>
    [
        $"The {_side}'s FIN was {Lost}, so it was not acknowledged.",
        SentAgain("it"),
        "A FIN occupies a sequence number, so the kernel, not the program, repeats it until an ACK arrives.",
    ];

    private IEnumerable<string?> Data()
    {
        bool isOne = loss.IsOneSegment, hasReset = run.Arrived.Any(s => s.Side == loss.First.Side && s.Has("RST"));
        string it = isOne ? "it" : "them";
        return
        [
            isOne
                ? $"The {_side}'s data ({Count(loss.First.Segment.Length, "byte")}) was {Lost}."
                : $"{loss.Lost.Count} segments of the {_side}'s data were lost, on purpose.",
            loss.Waits.Count > 0 ? SentAgain(isOne ? it : "the first of them")
                : hasReset
                    ? $"The {_side}'s kernel did not send {it} again, because it ended the connection with a RST."
                : null,
            loss.Waits.Count == 0
                ? IsMissing ? $"The {_peer}'s program never received {it}." : null
                : loss.HasFinOvertaken
                    ? $"The {_side}'s FIN overtook {it}, and took effect only when the {_peer}'s kernel had every byte."
                : "Every byte has a sequence number: the kernel, not the program, repeats it until an ACK arrives.",
        ];
    }

    private bool IsMissing =>
        run.BytesReceivedBy(loss.First.Side.Peer()) is { } got && got < run.BytesSentBy(loss.First.Side);

    private string? SentAgain(string what) =>
        loss.Waits is { Count: > 0 } waits
            ? $"The {_side}'s kernel sent {what} again after {Waits(waits)}."
            : null;

    private static string Waits(IReadOnlyList<TimeSpan> waits) =>
        (waits.Count > 1 ? "waits of " : "") + Join([.. waits.Select(Time)]);
}
