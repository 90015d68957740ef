using Serilog.Events;
using TcpClose;

namespace SideBySide;

/// <summary>Reads the consoles' events as moments of a timeline.</summary>
public static class Calls
{
    /// <summary>
    /// The moment of an event; null for an event that is no call on the connection. A call that causes a segment stands where
    /// it was made; one that waits for the peer where it returned, for before that it meant nothing.
    /// </summary>
    public static CallMoment? Read(LogEvent e)
    {
        if (!Enum.TryParse(e.Get<string>("Phase"), out ClosePhase phase) || Words(phase, e) is not { } call) return null;
        bool causes = phase is ClosePhase.Sent or ClosePhase.FinQueued or ClosePhase.Aborted or ClosePhase.SocketClosed;
        long at = causes && e.Get<long>("CalledAt") is var calledAt and > 0 ? calledAt : e.Get<long>("ReturnedAt");
        return new CallMoment(at, SideOf(e), phase, call);
    }

    /// <summary>The console's look at the kernel's state right after the event; null where the system did not say.</summary>
    public static StateMoment? Look(LogEvent e) =>
        StateNames.Parse(e.Get<string>("State")) is { } state ? new StateMoment(e.Get<long>("StateAt"), SideOf(e), state) : null;

    private static string? Words(ClosePhase phase, LogEvent e) => phase switch
    {
        ClosePhase.Connecting => "Connect",
        ClosePhase.Connected => "connected",
        ClosePhase.Accepted => "Accept",
        ClosePhase.Sent when e.Get<int>("Calls") > 0 => $"Sent {e.Get<long>("Bytes")}",
        ClosePhase.Sent => $"Send: {e.Get<long>("Count")}",
        ClosePhase.Received when e.Get<int>("Calls") > 0 => $"Received {e.Get<long>("Bytes")}",
        ClosePhase.Received => $"Receive: {e.Get<long>("Count")}",
        ClosePhase.FinQueued => "Shutdown(Send)",
        ClosePhase.FinRead => "Receive: 0",
        ClosePhase.ResetReceived => "reset",
        ClosePhase.Aborted => "abort",
        ClosePhase.SocketClosed => "Close",
        _ => null,      // Listen is no call on the connection, and a look at the kernel's table is no call at all
    };

    private static Side SideOf(LogEvent e) => e.Get<string>("Side") == "client" ? Side.Client : Side.Server;
}
