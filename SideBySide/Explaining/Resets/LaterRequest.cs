using SideBySide.Captures;
using TcpClose.Events;

namespace SideBySide.Explaining.Resets;

/// <summary>
/// Recognizes a client's request on a connection on which the server had answered an earlier one. Only such a request
/// should be sent again on a new connection.
/// </summary>
internal static class LaterRequest
{
    /// <summary>Whether a segment is a request of the client that follows an answered request.</summary>
    public static bool Is(ConnectionFacts facts, CapturedSegment segment)
    {
        if (segment is not { Side: Side.Client, Length: > 0 }) return false;
        bool hasAsked = false;
        foreach (CapturedSegment earlier in facts.Segments.TakeWhile(s => s.Frame < segment.Frame))
        {
            hasAsked |= earlier.Skipped is { ClientBytes: > 0 };
            bool answers = earlier is { Side: Side.Server, NewBytes: > 0 } || earlier.Skipped is { ServerBytes: > 0 };
            if (hasAsked && answers) return true;
            hasAsked |= earlier is { Side: Side.Client, NewBytes: > 0 };
        }

        return false;
    }
}
