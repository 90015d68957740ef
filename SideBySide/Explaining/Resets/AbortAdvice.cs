using SideBySide.Captures;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Resets;

/// <summary>
/// Explains a RST with which a socket was closed: with unread data or with linger 0. In a capture both look the same.
/// </summary>
internal static class AbortAdvice
{
    // A shorter silence is no sign of a time-out.
    private static readonly TimeSpan MinTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>The sentences for a close with unread data.</summary>
    public static IEnumerable<string> UnreadData(ConnectionFacts facts, CapturedReset reset, string frames)
    {
        string side = reset.Segment.Side.Name();
        return
        [
            $"The {side} ends the connection with a RST instead of a FIN ({frames}). "
                + (reset.IsCertain ? "Its window shows that it had not read everything that had arrived: "
                    : reset.Unread > 0
                        ? $"Nothing shows that it had read the last {Wording.Count(reset.Unread, "byte")} that "
                            + "arrived, and the likely cause is that it had not: "
                        : "It had probably not read everything that had arrived: ")
                + "a kernel sends a RST if a program closes its socket, or is killed, while data is unread."
                + (reset.IsCertain ? "" : " The capture cannot exclude an abort (linger 0), which looks the same."),
            .. Delivered(facts, reset),
            $"The {side}'s program should read to the end of the stream before it closes the socket. If it does not "
                + "want the data, it can call Shutdown(Send), read and discard with a limit, and then close (a "
                + "lingering close).",
        ];
    }

    /// <summary>The sentences for an abort.</summary>
    public static IEnumerable<string> Linger0(ConnectionFacts facts, CapturedReset reset, string frames)
    {
        string side = reset.Segment.Side.Name();
        return
        [
            reset.IsCertain
                ? $"The {side} aborts the connection with a RST ({frames}). No data had arrived there that could be "
                    + "unread: the program aborted (linger 0, for instance after a time-out, or in .NET Dispose with a "
                    + "pending receive), or its listener was closed before it accepted the connection."
                : $"The {side} ends the connection with a RST instead of a FIN ({frames}). Its program probably "
                    + "aborted: linger 0, for instance after a time-out or when it cancelled a request, or in .NET "
                    + "Dispose with a pending receive. A close with unread data looks the same.",
            .. reset.Silence < MinTimeout ? (string[])[]
                : [$"Neither end had sent anything for {Wording.Time(reset.Silence)}: look for a time-out of that "
                    + $"length at the {side}."],
            .. Delivered(facts, reset),
            reset.Silence >= MinTimeout
                ? "If the time-out is too short, raise it, or send something more often."
                : "Remove linger 0 (SO_LINGER; in .NET LingerOption(true, 0) and Close(0)), unless an abort is wanted: "
                    + "a RST discards data that is still on its way.",
        ];
    }

    // What had arrived of the data of the end that sent the RST.
    private static IEnumerable<string> Delivered(ConnectionFacts facts, CapturedReset reset)
    {
        string side = reset.Segment.Side.Name(), peer = reset.Segment.Side.Peer().Name();
        DirectionTracker own = facts.Connection.From(reset.Segment.Side);
        long sent = own.Bytes + facts.Missing(reset.Segment.Side),
            arrived = Math.Clamp(own.Acknowledged - 1, 0, sent);

        // The end of a client's request is no loss if the client itself gives up.
        if (sent == 0 || (reset.Segment.Side == Side.Client && arrived == sent)) yield break;
        yield return arrived < sent
            ? $"Of the {Wording.Count(sent, "byte")} that the {side} sent, {arrived} were acknowledged. The rest may "
                + "be lost."
            : $"All {Wording.Count(sent, "byte")} that the {side} sent had arrived. The {peer}'s program may "
                + "nevertheless lose those that it had not read: if it is sending, it gets an error first, and some "
                + "systems discard them.";
    }
}
