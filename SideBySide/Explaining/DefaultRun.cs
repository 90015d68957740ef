using SideBySide.Captures;
using TcpClose.Events;

namespace SideBySide.Explaining;

/// <summary>Compares a connection with the default run of the two programs, which the README shows.</summary>
internal static class DefaultRun
{
    private const int Port = 8888, Bytes = 13;

    private static readonly string[] Expected =
    [
        "client SYN", "server SYN ACK", "client ACK", "client 13 bytes", "server ACK", "client FIN", "server ACK",
        "server 13 bytes", "client ACK", "server FIN", "client ACK",
    ];

    /// <summary>The comparison in a sentence; null if the connection does not resemble the default run.</summary>
    public static string? Compare(ConnectionFacts facts)
    {
        CapturedConnection connection = facts.Connection;
        bool isSimilar = connection.From(Side.Client).Bytes == Bytes && connection.From(Side.Server).Bytes == Bytes
            && (connection.Server.Port == Port || connection.Server.Address == connection.Client.Address);
        if (!isSimilar) return null;
        string[] found = [.. facts.Segments.Select(Describe)];
        if (found.SequenceEqual(Expected))
            return "These are the eleven segments of the default run, exactly as the README shows them.";
        return "This resembles the default run of the README (13 bytes each way), but its segments differ: "
            + Difference(facts, found) + ".";
    }

    private static string Difference(ConnectionFacts facts, string[] found)
    {
        if (!facts.IsOpened) return "the opening is not in the capture";
        if (facts.Resets.Count > 0) return $"a RST ends it (frame {facts.Resets[0].Segment.Frame})";
        if (facts.ClientFin is null || facts.ServerFin is null) return "a FIN is not in the capture";
        if (facts.Segments.FirstOrDefault(s => s.Kind is SegmentKind.Repeated or SegmentKind.SentAgain) is { } again)
            return $"frame {again.Frame} repeats an earlier one";
        if (facts.FirstFin == facts.ServerFin) return "the server ends first (--scenario server-first)";
        if (facts.ClientFin.Ack is { Length: > 0 } echo)
        {
            return $"the ACK of the client's FIN travels with the echo (frame {echo.Frame}), because the server did "
                + "not think for long enough before its reply (--think)";
        }

        if (facts.Form == CloseForm.ThreeSegments)
        {
            return $"the server's FIN and its ACK share a segment (frame {facts.ServerFin.First.Frame}), because the "
                + "server did not think before its FIN (--think)";
        }

        int at = found.Zip(Expected).TakeWhile(p => p.First == p.Second).Count();
        return at < found.Length && at < Expected.Length
            ? $"frame {facts.Segments[at].Frame} is \"{found[at]}\" where \"{Expected[at]}\" was expected"
            : found.Length < Expected.Length ? $"{Expected.Length - found.Length} are missing at the end"
            : $"{found.Length - Expected.Length} more follow";
    }

    private static string Describe(CapturedSegment s) => s.Side.Name() + " " + (s.Has(TcpFlags.Rst) ? "RST"
        : s.Has(TcpFlags.Syn) ? s.Has(TcpFlags.Ack) ? "SYN ACK" : "SYN"
        : (s.Length > 0 ? $"{s.Length} bytes" : "") + (s.Length > 0 && s.Has(TcpFlags.Fin) ? " " : "")
            + (s.Has(TcpFlags.Fin) ? "FIN" : s.Length == 0 ? "ACK" : ""));
}
