namespace TcpClose.Events;

/// <summary>How a connection ended, in the client's last line (RFC 9293 MUST-12).</summary>
public enum CloseOutcome
{
    /// <summary>Both directions were closed with a FIN.</summary>
    ClosedNormally,

    /// <summary>The peer sent a RST.</summary>
    Reset,

    /// <summary>We sent a RST, or the kernel gave the connection up.</summary>
    Aborted,

    /// <summary>A RST answered the SYN: there was no connection.</summary>
    Refused,
}

/// <summary>The spelling of outcomes.</summary>
public static class CloseOutcomes
{
    /// <summary>As the result line and JSON spell it: <c>closed normally</c>, <c>reset</c>, <c>aborted</c>, <c>refused</c>.</summary>
    public static string Name(this CloseOutcome outcome) => outcome switch
    {
        CloseOutcome.ClosedNormally => "closed normally",
        CloseOutcome.Reset => "reset",
        CloseOutcome.Aborted => "aborted",
        CloseOutcome.Refused => "refused",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };
}
