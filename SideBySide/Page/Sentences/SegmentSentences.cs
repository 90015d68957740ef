using System.Net.NetworkInformation;
using SideBySide.Drawing;
using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Events;
using static SideBySide.Summary.Wording;

namespace SideBySide.Page.Sentences;

/// <summary>Explains a segment in a few sentences.</summary>
internal sealed class SegmentSentences
{
    // The shortest delay between a FIN and its ACK that a sentence reports.
    private static readonly TimeSpan MinDelay = TimeSpan.FromMilliseconds(30);

    private readonly SegmentEvent _segment;
    private readonly SegmentEvent[] _before;
    private readonly string _sender, _receiver;
    private readonly bool _isCrossing;
    private readonly DiagramRow _at;

    // The sides whose program has closed its socket by this row.
    private readonly HashSet<Side> _closed;

    private SegmentSentences(DiagramRow at)
    {
        _at = at;
        _segment = at.Row.Segment!;
        _sender = at.Sender!.Value.Name;
        _receiver = at.Sender!.Value.Peer.Name;
        _before = [.. at.Ladder.Rows.Take(at.Index).Select(r => r.Segment).OfType<SegmentEvent>()];
        _closed = [.. at.Ladder.Rows.Take(at.Index + 1).SelectMany(r => r.Calls)
            .Where(c => c.Value.Phase == ClosePhase.SocketClosed).Select(c => c.Key)];
        _isCrossing = LadderMarks.DepartureOfCrossing(at.Ladder, at.Index) is not null;
    }

    /// <summary>What the segment means, and what is special about it.</summary>
    public static IEnumerable<string> Of(DiagramRow at)
    {
        var sentences = new SegmentSentences(at);
        yield return sentences.Meaning();
        if (sentences.LaterAck() is { } later) yield return later;
        if (sentences._segment.IsLost)
        {
            yield return $"It is lost on its way, on purpose, so the {sentences._receiver}'s state does not change.";
        }

        if (sentences._segment.Segment.IsRetransmission)
            yield return "The kernel, not the program, sent it again, because no ACK had arrived (RFC 9293, 3.8.1).";
    }

    private string Meaning()
    {
        Segment s = _segment.Segment;
        bool isFin = _segment.Has("FIN");
        return _segment.Has("RST") ? Reset()
            : _segment.Has("SYN") ? Syn()
            : isFin && s.Length > 0 ? $"{Fin()} It also carries {Count(s.Length, "byte")}."
            : isFin ? Fin()
            : s.Length > 0 ? Data()
            : Ack();
    }

    private string Syn() => _segment.Has("ACK")
        ? $"The {_sender} opens its direction with a SYN, and acknowledges the {_receiver}'s SYN in the same segment "
            + "(RFC 9293, 3.5)."
        : $"“I begin”: the {_sender}'s SYN opens its direction and occupies the first sequence number "
            + "(RFC 9293, 3.5).";

    private string Data()
    {
        Segment s = _segment.Segment;
        string what = Count(s.Length, "byte")
            + (_at.Sender!.Value.IsRelay ? $" from the {_sender}, " : $" of the {_sender}'s data, ")
            + (s.Length == 1 ? $"number {s.Sequence}" : $"numbers {s.Sequence} to {s.Sequence + s.Length - 1}");
        return _closed.Contains(_segment.Side.Peer())
            ? $"{what}. The {_receiver}'s program has closed its socket, so no program can read them."
            : FinOf(_segment.Side.Peer()) is not null
            ? $"{what}. The {_receiver} has sent its FIN, and the {_sender} has not: the connection is half-closed "
                + "(RFC 9293, 3.6)."
            : $"{what} (RFC 9293, 3.4)." + (AcknowledgesSynFirst ? " It also completes the handshake." : "");
    }

    private string Fin()
    {
        bool also = FinOf(_segment.Side.Peer()) is not null, acknowledges = AcknowledgesFinFirst;
        return _segment.Segment.IsRetransmission && _before.Any(s => s.Side == _segment.Side && s.Has("FIN"))
            ? $"The same FIN again: it has the sequence number {_segment.End - 1}, as before."
            : _isCrossing
            ? $"The {_sender}'s FIN is sent before the {_receiver}'s has arrived: the two FINs cross (RFC 9293, 3.6)."
            : also && acknowledges
                ? $"One segment carries the {_sender}'s FIN and its ACK of the {_receiver}'s FIN: a close in three "
                    + "segments (RFC 9293, 3.6)."
            : also
                ? $"“I have sent everything, too”: the {_sender}'s FIN ends the second direction (RFC 9293, 3.6)."
            : $"“I have sent everything”: the {_sender}'s FIN ends its direction, and the other one stays open "
                + "(RFC 9293, 3.6)."
                + (_closed.Contains(_segment.Side)
                    ? " But its program has called Close, and can receive nothing more."
                    : "");
    }

    // Reports how late the ACK of a FIN follows; null if it is not late.
    private string? LaterAck()
    {
        if (!_segment.Has("FIN") || _segment.IsLost || _segment.Segment.IsRetransmission) return null;
        LadderRow? ack = _at.Ladder.Rows.Skip(_at.Index + 1).FirstOrDefault(r => r.Segment is { } s
            && s.Side != _segment.Side && s.Has("ACK") && s.Segment.Acknowledgement >= _segment.End);
        return ack is not null && ack.At - _at.Row.At >= MinDelay.TotalNanoseconds
            ? $"Its ACK follows {RunClock.Milliseconds(ack.At - _at.Row.At)} ms later (segment {ack.Number})."
            : null;
    }

    private string Ack()
    {
        long next = _segment.Segment.Acknowledgement;
        if (AcknowledgesSynFirst)
            return $"The {_sender}'s ACK of the SYN completes the handshake: the third segment (RFC 9293, 3.5).";
        if (FinOf(_segment.Side.Peer()) is { } fin && next >= fin.End)
        {
            if (_before.Any(s => s.Side == _segment.Side && s.Has("ACK") && s.Segment.Acknowledgement >= fin.End))
                return Again();
            return FinOf(_segment.Side) is not null && fin.Segment.Acknowledgement >= FinOf(_segment.Side)!.End
                ? $"The last ACK: the {_sender} acknowledges the {_receiver}'s FIN. No segment acknowledges this one "
                    + "(RFC 9293, 3.6)."
                : $"The {_sender}'s kernel acknowledges the {_receiver}'s FIN (number {fin.End - 1}), without the help "
                    + "of its program (RFC 9293, 3.6).";
        }

        return $"The {_sender} has received every byte before number {next} (RFC 9293, 3.4).";
    }

    // A repeated ACK of a FIN.
    private string Again() => StateOf(_segment.Side) == TcpState.TimeWait
        ? $"TIME-WAIT answers the repeated FIN: the {_sender} sends its ACK again, and waits for 2 MSL again "
            + "(RFC 9293, 3.10.7.4)."
        : $"The {_sender} acknowledges the {_receiver}'s FIN again.";

    private string Reset()
    {
        if (LadderMarks.IsRefusal(_at.Ladder, _at.Index))
        {
            return "Refused: nothing listens on this port, so the kernel answers the SYN with a RST "
                + "(RFC 9293, 3.10.7.1).";
        }

        string quotation = SegmentNotes.MeaningOfReset(_at.Ladder.Leg);
        if (!IsAccepted)
        {
            return $"The {_sender}'s RST means {quotation}. But the {_receiver} does not accept it, and its connection "
                + "remains (RFC 9293, 3.5.3).";
        }

        string why = ResetReason.InPlainWords(_segment.ResetReason) is { } words
            ? $" The kernel's reason: {words}."
            : "";
        return $"The {_sender}'s RST means {quotation}, and ends both directions immediately (RFC 9293, 3.5.3).{why}"
            + AfterClose();
    }

    // An additional sentence, if a side whose FIN is acknowledged answers data with a RST. Its program has then closed
    // its socket.
    private string AfterClose() =>
        _before.LastOrDefault() is { Segment.Length: > 0 } data && data.Side != _segment.Side
        && FinOf(_segment.Side) is { } fin && data.Segment.Acknowledgement >= fin.End
            ? $" It answers the {_receiver}'s data: the {_sender}'s program has closed its socket, so no program can "
                + "read them (RFC 9293, 3.6.1)."
                + (_segment.ResetReason == "TCP_TIMEWAIT_SOCKET" && FinOf(_segment.Side.Peer()) is null
                    ? " Linux represents such a socket in FIN-WAIT-2 by the same kind of mini-socket as in TIME-WAIT: "
                        + "hence the name of the reason."
                    : "")
            : "";

    // Whether the receiver accepts the RST. It counts as accepted, unless an inferred state shows otherwise.
    private bool IsAccepted => !_at.Ladder.IsInferred
        || StateOf(_segment.Side.Peer()) is null or TcpState.Listen or TcpState.Closed;

    // The last known state of a side up to this row.
    private TcpState? StateOf(Side side) => _at.Ladder.LastChange(side, _at.Index + 1)?.States[side];

    // A side's first FIN that arrived before this segment.
    private SegmentEvent? FinOf(Side side) =>
        _before.FirstOrDefault(s => s.Side == side && s.Has("FIN") && !s.IsLost);

    private bool AcknowledgesSynFirst => AcknowledgesFirst(
        _before.FirstOrDefault(s => s.Side != _segment.Side && s.Has("SYN") && s.Has("ACK")));

    private bool AcknowledgesFinFirst => AcknowledgesFirst(FinOf(_segment.Side.Peer()));

    private bool AcknowledgesFirst(SegmentEvent? what) => what is not null && _segment.Has("ACK")
        && _segment.Segment.Acknowledgement >= what.End
        && !_before.Any(s => s.Side == _segment.Side && !s.IsLost && s.Has("ACK")
            && s.Segment.Acknowledgement >= what.End);
}
