using SideBySide.Captures;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Remarks;

/// <summary>
/// Finds what is wrong with the capture itself: frames that are missing, doubled, shortened, or of an older connection.
/// </summary>
internal static class CaptureRemarks
{
    /// <summary>The remarks.</summary>
    public static IEnumerable<Remark> Find(ConnectionFacts facts)
    {
        CapturedConnection connection = facts.Connection;
        foreach (Side side in (Side[])[Side.Client, Side.Server])
        {
            if (facts.IsFinNotCaptured(side))
            {
                yield return new Remark("fin-not-captured", [], $"The {side.Name()}'s FIN, or a last byte, is missing "
                    + $"from the capture: the {side.Peer().Name()} acknowledged one number more than was captured.");
            }

            if (facts.Missing(side) is var bytes and > 0)
            {
                yield return new Remark("not-captured", [], $"{Wording.Count(bytes, "byte")} from the {side.Name()} "
                    + $"are not in the capture, but the {side.Peer().Name()} acknowledged them: the capture missed "
                    + "them, the network did not lose them."
                    + (facts.MayLackFin(side) ? " The last of these numbers may be that of a FIN." : ""));
            }
        }

        if (connection.OlderFrames.Count > 0)
        {
            yield return new Remark("older-connection", connection.OlderFrames, "The SYN met an older connection "
                + "between the same ends, which the server still held: its ACK has that connection's numbers, and the "
                + "client's RST ends it. These frames are left out.");
        }

        if (connection.Duplicates > 0)
        {
            yield return new Remark("captured-twice", connection.DuplicateFrames,
                Wording.Count(connection.Duplicates, "frame") + (connection.Duplicates == 1 ? " contains" : " contain")
                + " a packet that an earlier frame contains, too (the same header fields): a mirrored port, several "
                + "interfaces, both sides of a router, or merged captures. "
                + (connection.Duplicates == 1 ? "It is no repetition, and is ignored here."
                    : "They are no repetitions, and are ignored here."))
            {
                Count = connection.Duplicates,
            };
        }

        if (connection.Snapped > 0)
        {
            yield return new Remark("snapped", [], $"{Wording.Count(connection.Snapped, "frame")} "
                + (connection.Snapped == 1 ? "was" : "were") + " captured only in part. The TCP headers are there, but "
                + "their options may be missing.");
        }
    }
}
