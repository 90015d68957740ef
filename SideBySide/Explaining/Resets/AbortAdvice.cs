using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Resets;

/// <summary>
/// Explains the RST of a close with unread data or with linger 0. In a capture both usually look the same.
/// </summary>
internal static class AbortAdvice
{
    // A shorter silence is no sign of a time-out.
    private static readonly TimeSpan MinTimeout = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan MaxTogether = TimeSpan.FromMilliseconds(10);

    private const int MaxShown = 5;

    private const string RemoveLinger0 = "Remove linger 0 (SO_LINGER; in .NET LingerOption(true, 0) and Close(0)), "
        + "unless an abort is wanted: a RST discards data that is still on its way.";

    /// <summary>The sentences for a close with unread data.</summary>
    public static IEnumerable<string> UnreadData(ConnectionFacts facts, CapturedReset reset, string frames)
    {
        string side = reset.Segment.Side.Name();
        return
        [
            Ends(facts, reset, frames) + " "
                + (reset.IsCertain ? "Its window shows that it had not read everything that had arrived: "
                    : reset.Unread > 0
                        ? $"Nothing shows that it had read the last {Wording.Count(reset.Unread, "byte")} that "
                            + "arrived, and the likely cause is that it had not: "
                        : "It had probably not read everything that had arrived: ")
                + "a kernel sends a RST if a program closes its socket, or is killed, while data is unread."
                + (reset.IsCertain ? "" : " The capture cannot exclude an abort (linger 0), which looks the same."),
            .. EndedTogether(facts, reset),
            .. LostBytes.ToSender(facts, reset),
            .. LostBytes.FromSender(facts, reset),
            ReadToTheEnd(facts, reset),
        ];
    }

    /// <summary>The sentences for an abort.</summary>
    public static IEnumerable<string> Linger0(ConnectionFacts facts, CapturedReset reset, string frames)
    {
        string side = reset.Segment.Side.Name();
        string[] together = EndedTogether(facts, reset);
        string listener = MayBeNotAccepted(facts, reset)
            ? ", or its listener was closed before it accepted the connection" : "";
        return
        [
            reset.IsCertain
                ? $"The {side} aborts the connection with a RST ({frames}). No data had arrived there that could be "
                    + "unread: the program aborted (linger 0, for instance after a time-out, or in .NET Dispose with a "
                    + $"pending receive){listener}."
                : $"{Ends(facts, reset, frames)} Its program probably "
                    + "aborted: linger 0, for instance after a time-out or when it cancelled a request, or in .NET "
                    + $"Dispose with a pending receive{listener}. A close with unread data looks the same.",
            .. together,
            .. LookForTimeout(reset, together.Length > 0),
            .. LostBytes.ToSender(facts, reset),
            .. LostBytes.FromSender(facts, reset),
            .. together.Length > 0 ? (string[])[] : [reset.Silence >= MinTimeout
                ? "If the time-out is too short, raise it, or send something more often."
                : IsTest(facts, reset) ? "Without any data, that is also what a health check or a port scan does: it "
                    + "only tests the port, and nothing is wrong."
                : RemoveLinger0],
        ];
    }

    /// <summary>The sentences if the cause may be unread data or an abort.</summary>
    public static IEnumerable<string> Either(ConnectionFacts facts, CapturedReset reset, string frames)
    {
        string[] together = EndedTogether(facts, reset);
        string listener = MayBeNotAccepted(facts, reset)
            ? "; its listener was closed before it accepted the connection" : "";
        return
        [
            $"{Ends(facts, reset, frames)} Why cannot be known"
                + (facts.BeganBefore ? ", because the beginning of the connection is not in the capture" : "")
                + ". Possible causes, which look the same: its program closed the socket while data was unread; it was "
                + "killed while data was unread; it aborted (linger 0, for instance after a time-out or when it "
                + $"cancelled a request, or in .NET Dispose with a pending receive){listener}.",
            .. together,
            .. LookForTimeout(reset, together.Length > 0),
            .. LostBytes.ToSender(facts, reset),
            .. LostBytes.FromSender(facts, reset),
            $"If data was unread: {ResetAdvice.Continue(ReadToTheEnd(facts, reset))}",
            $"If linger 0 is set: {ResetAdvice.Continue(RemoveLinger0)}",
        ];
    }

    private static string Ends(ConnectionFacts facts, CapturedReset reset, string frames) =>
        facts.FinBefore(reset.Segment) is { } fin
            ? $"The {reset.Segment.Side.Name()} ends the connection with a RST ({frames}) after its FIN (frame "
                + $"{fin.First.Frame})."
            : $"The {reset.Segment.Side.Name()} ends the connection with a RST instead of a FIN ({frames}).";

    private static string ReadToTheEnd(ConnectionFacts facts, CapturedReset reset)
    {
        string side = reset.Segment.Side.Name();
        return facts.FinBefore(reset.Segment) is not null
            ? $"After its FIN, the {side}'s program should read and discard, with a limit, until the end of the "
                + "stream, and only then close the socket (a lingering close)."
            : $"The {side}'s program should read to the end of the stream before it closes the socket. If it does not "
                + "want the data, it can call Shutdown(Send), read and discard with a limit, and then close (a "
                + "lingering close).";
    }

    // Without a SYN in the capture, it is not known which end is the server.
    private static bool MayBeNotAccepted(ConnectionFacts facts, CapturedReset reset) =>
        reset.Segment.Side == Side.Server && facts.Syn is not null && facts.Connection.From(Side.Server).Bytes == 0;

    private static bool IsTest(ConnectionFacts facts, CapturedReset reset) => reset.Segment.Side == Side.Client
        && facts.IsOpened && facts.Connection.From(Side.Client).Bytes + facts.Connection.From(Side.Server).Bytes == 0;

    // All connections of a program end together if it exits or is killed.
    private static string[] EndedTogether(ConnectionFacts facts, CapturedReset reset)
    {
        IReadOnlyList<int> others = facts.Index?.ResetBeside(facts.Connection, reset.Segment.Side, reset.Segment.At,
            MaxTogether) ?? [];
        if (others.Count == 0) return [];
        string side = reset.Segment.Side.Name(), shown = string.Join(", ", others.Take(MaxShown))
            + (others.Count > MaxShown ? ", …" : "");
        return
        [
            $"The {side} reset {(others.Count == 1 ? "connection" : "connections")} {shown} at the same time (within "
                + $"{Wording.Time(MaxTogether)}). So its program probably ended (it exited, was killed, or its host "
                + "was shut down), or it closed these connections together.",
        ];
    }

    private static string[] LookForTimeout(CapturedReset reset, bool endedTogether) =>
        reset.Silence < MinTimeout ? []
            : [$"Neither end had sent data or a FIN for {Wording.Time(reset.Silence)}: "
                + (endedTogether ? "if the program did not end, " : "") + "look for a time-out of that length at the "
                + $"{reset.Segment.Side.Name()}."];
}
