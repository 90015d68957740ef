using System.Net.NetworkInformation;

namespace TcpClose.Kernel;

/// <summary>The names of the states in RFC 9293 3.3.2, and their numbers in each kernel.</summary>
public static class StateNames
{
    /// <summary>The RFC's name (<c>FIN-WAIT-2</c>); null for an unknown state.</summary>
    public static string? Name(TcpState? state) => state switch
    {
        TcpState.Closed or TcpState.DeleteTcb => "CLOSED",
        TcpState.Listen => "LISTEN",
        TcpState.SynSent => "SYN-SENT",
        TcpState.SynReceived => "SYN-RECEIVED",
        TcpState.Established => "ESTABLISHED",
        TcpState.FinWait1 => "FIN-WAIT-1",
        TcpState.FinWait2 => "FIN-WAIT-2",
        TcpState.CloseWait => "CLOSE-WAIT",
        TcpState.Closing => "CLOSING",
        TcpState.LastAck => "LAST-ACK",
        TcpState.TimeWait => "TIME-WAIT",
        _ => null,
    };

    /// <summary>The state with this name; null if there is none.</summary>
    public static TcpState? Parse(string? name) =>
        name is null ? null : Enum.GetValues<TcpState>().Where(s => Name(s) == name).Cast<TcpState?>().FirstOrDefault();

    // include/net/tcp_states.h. TCP_NEW_SYN_RECV (12) is the mini-socket of a handshake that is not complete yet.
    private static readonly TcpState[] Linux =
    [
        TcpState.Unknown, TcpState.Established, TcpState.SynSent, TcpState.SynReceived, TcpState.FinWait1,
        TcpState.FinWait2, TcpState.TimeWait, TcpState.Closed, TcpState.CloseWait, TcpState.LastAck,
        TcpState.Listen, TcpState.Closing, TcpState.SynReceived,
    ];

    // netinet/tcp_fsm.h
    private static readonly TcpState[] MacOS =
    [
        TcpState.Closed, TcpState.Listen, TcpState.SynSent, TcpState.SynReceived, TcpState.Established,
        TcpState.CloseWait, TcpState.FinWait1, TcpState.Closing, TcpState.LastAck, TcpState.FinWait2,
        TcpState.TimeWait,
    ];

    // mstcpip.h, TCPSTATE
    private static readonly TcpState[] Windows =
    [
        TcpState.Closed, TcpState.Listen, TcpState.SynSent, TcpState.SynReceived, TcpState.Established,
        TcpState.FinWait1, TcpState.FinWait2, TcpState.CloseWait, TcpState.Closing, TcpState.LastAck,
        TcpState.TimeWait,
    ];

    /// <summary>The state for Linux's number.</summary>
    public static TcpState? FromLinux(int number) => Lookup(Linux, number);

    /// <summary>The state for macOS's number.</summary>
    public static TcpState? FromMacOS(int number) => Lookup(MacOS, number);

    /// <summary>The state for Windows' number.</summary>
    public static TcpState? FromWindows(int number) => Lookup(Windows, number);

    private static TcpState? Lookup(TcpState[] table, int number) =>
        number >= 0 && number < table.Length && table[number] != TcpState.Unknown ? table[number] : null;
}
