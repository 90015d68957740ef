using System.Globalization;

namespace SideBySide.Tracing;

/// <summary>One captured TCP segment.</summary>
/// <param name="Time">Wall-clock time, seconds since 1970.</param>
/// <param name="FromPort">The sender's port.</param>
/// <param name="ToPort">The receiver's port.</param>
/// <param name="Flags">The flag names in the usual order: <c>SYN ACK</c>.</param>
/// <param name="Length">Bytes of payload.</param>
/// <param name="Sequence">Sequence number, relative to the first one of its direction.</param>
/// <param name="Acknowledgement">Acknowledgement number, also relative; 0 without the ACK flag.</param>
/// <param name="IsRetransmission">
/// Whether it is a retransmission, according to <see cref="SequenceTracker"/>, <c>tshark</c> or earlier segments.
/// </param>
public sealed record Segment(
    decimal Time, int FromPort, int ToPort, string Flags, int Length, long Sequence, long Acknowledgement,
    bool IsRetransmission)
{
    private static readonly (int Bit, string Name)[] Names = [(2, "SYN"), (1, "FIN"), (4, "RST"), (8, "PSH"),
        (16, "ACK"), (32, "URG")];

    /// <summary>The fields that <see cref="Parse"/> reads, in order, with tshark's names.</summary>
    public static readonly string[] Fields =
    [
        "frame.time_epoch", "tcp.srcport", "tcp.dstport", "tcp.flags", "tcp.len", "tcp.seq", "tcp.ack",
        "tcp.analysis.retransmission",
        "tcp.seq_raw", "tcp.ack_raw",
    ];

    /// <summary>The number of its frame in a capture file; otherwise 0.</summary>
    public int Frame { get; init; }

    /// <summary>The sequence number, not relative.</summary>
    public uint RawSequence { get; init; }

    /// <summary>The acknowledgement number, not relative.</summary>
    public uint RawAcknowledgement { get; init; }

    /// <summary>The names of flags in the usual order: <c>SYN ACK</c>.</summary>
    internal static string FlagNames(int flags) =>
        string.Join(' ', Names.Where(n => (flags & n.Bit) != 0).Select(n => n.Name));

    /// <summary>The segment as a line that <see cref="Parse"/> reads.</summary>
    internal string ToLine()
    {
        string[] flags = Flags.Split(' ');
        int bits = Names.Where(n => flags.Contains(n.Name)).Sum(n => n.Bit);
        return string.Create(CultureInfo.InvariantCulture,
            $"{Time}\t{FromPort}\t{ToPort}\t0x{bits:x4}\t{Length}\t{Sequence}\t{Acknowledgement}\t"
            + $"{(IsRetransmission ? "1" : "")}\t{RawSequence}\t{RawAcknowledgement}");
    }

    /// <summary>Parses a line of <c>tshark -T fields</c> or of <see cref="ToLine"/>; null for any other line.</summary>
    public static Segment? Parse(string line)
    {
        string[] words = line.Split('\t');
        if (words.Length != Fields.Length
            || !decimal.TryParse(words[0], CultureInfo.InvariantCulture, out decimal time)) return null;
        int flags = Convert.ToInt32(words[3], 16);
        return new Segment(
            time,
            int.Parse(words[1], CultureInfo.InvariantCulture),
            int.Parse(words[2], CultureInfo.InvariantCulture),
            FlagNames(flags),
            int.Parse(words[4], CultureInfo.InvariantCulture),
            long.Parse(words[5], CultureInfo.InvariantCulture),
            words[6].Length > 0 ? long.Parse(words[6], CultureInfo.InvariantCulture) : 0,
            words[7].Length > 0)
        {
            RawSequence = uint.Parse(words[8], CultureInfo.InvariantCulture),
            RawAcknowledgement = words[9].Length > 0 ? uint.Parse(words[9], CultureInfo.InvariantCulture) : 0,
        };
    }
}
