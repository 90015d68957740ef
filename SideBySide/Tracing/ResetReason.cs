namespace SideBySide.Tracing;

/// <summary>The reasons for which Linux sends a RST, in plain words.</summary>
public static class ResetReason
{
    /// <summary>
    /// The note at a RST: <c>RST: unread data (TCP_ABORT_ON_CLOSE)</c>. Null without a reason (as before Linux 6.10),
    /// and for <c>NOT_SPECIFIED</c>, which Linux 6.10 and 6.11 report for a RST that a program causes.
    /// </summary>
    /// <param name="reason">The name in the kernel's <c>enum sk_rst_reason</c>: <c>TCP_ABORT_ON_CLOSE</c>.</param>
    public static string? Note(string? reason) =>
        InPlainWords(reason) is { } words ? $"RST: {words}" : null;

    /// <summary>The note without <c>RST:</c>, for the end of a sentence; null if there is no note.</summary>
    public static string? InPlainWords(string? reason) =>
        reason is null or "NOT_SPECIFIED" ? null
        : InWords(reason) is { } words ? $"{words} ({reason})" : reason;

    private static string? InWords(string reason) => reason switch
    {
        "NO_SOCKET" => "no socket for this segment",
        "TCP_ABORT_ON_CLOSE" => "unread data",
        "TCP_ABORT_ON_LINGER" => "negative TCP_LINGER2",
        "TCP_ABORT_ON_DATA" => "data after the close",
        "TCP_ABORT_ON_MEMORY" => "no memory left",
        "TCP_DISCONNECT_WITH_DATA" => "disconnected with unsent data",
        "TCP_KEEPALIVE_TIMEOUT" => "keep-alive unanswered",
        "TCP_TIMEWAIT_SOCKET" => "already closed",
        "TCP_STATE" => "aborted, as with linger 0",
        "TCP_TOO_OLD_ACK" or "TCP_OLD_ACK" or "TCP_ACK_UNSENT_DATA" or "TCP_INVALID_ACK_SEQUENCE" => "impossible ACK",
        "INVALID_SYN" => "unexpected SYN",
        _ => null,
    };
}
