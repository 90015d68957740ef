namespace SideBySide.Tracing;

/// <summary>
/// Makes sequence and acknowledgement numbers relative, as Wireshark does, and marks retransmissions.
/// </summary>
public sealed class SequenceTracker
{
    private const byte Fin = 1, Syn = 2, Ack = 16;

    // By the sender's and the receiver's port.
    private readonly Dictionary<(int From, int To), Direction> _directions = [];

    /// <summary>Converts the next captured segment.</summary>
    /// <param name="headers">Its headers.</param>
    /// <param name="time">When it was captured, in seconds since 1970.</param>
    public Segment Add(in TcpHeaders headers, decimal time)
    {
        Direction own = Of(headers.FromPort, headers.ToPort), other = Of(headers.ToPort, headers.FromPort);
        bool isNew = (headers.Flags & (Syn | Ack)) == Syn && own.First is { } known && known != headers.Sequence;
        if (isNew)
        {
            // A new connection with the same ports.
            own.Clear();
            other.Clear();
        }

        own.First ??= (headers.Flags & Syn) != 0 ? headers.Sequence : headers.Sequence - 1;
        if ((headers.Flags & Ack) != 0) other.First ??= headers.Acknowledgement - 1;
        uint sequence = headers.Sequence - own.First.Value;
        uint end = sequence + (uint)headers.Length + ((headers.Flags & Syn) != 0 ? 1u : 0)
            + ((headers.Flags & Fin) != 0 ? 1u : 0);

        // Sequence numbers wrap, so the sign of their difference shows which is later.
        bool again = end != sequence && own.Sent && (int)(end - own.End) <= 0;
        if (!own.Sent || (int)(end - own.End) > 0) own.End = end;
        own.Sent |= end != sequence;
        return new Segment(
            time, headers.FromPort, headers.ToPort, Segment.FlagNames(headers.Flags), headers.Length, sequence,
            (headers.Flags & Ack) != 0 ? headers.Acknowledgement - other.First!.Value : 0, again)
        {
            RawSequence = headers.Sequence,
            RawAcknowledgement = (headers.Flags & Ack) != 0 ? headers.Acknowledgement : 0,
        };
    }

    private Direction Of(int from, int to)
    {
        if (!_directions.TryGetValue((from, to), out Direction? direction))
            _directions[(from, to)] = direction = new Direction();
        return direction;
    }

    private sealed class Direction
    {
        public uint? First { get; set; }

        public uint End { get; set; }

        public bool Sent { get; set; }

        public void Clear() => (First, End, Sent) = (null, 0, false);
    }
}
