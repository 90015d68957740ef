using Serilog.Events;
using TcpClose.Events;
using TcpClose.Kernel;

namespace SideBySide.Timeline;

/// <summary>Converts the consoles' events to events of a timeline.</summary>
public static class ConsoleEventReader
{
    /// <summary>
    /// Converts an event; null if it is not a call on the connection. A call that can cause a segment gets the time at
    /// which it was made. Any other call gets the time of its return.
    /// </summary>
    public static CallEvent? Read(LogEvent e)
    {
        if (!Enum.TryParse(e.Get<string>("Phase"), out ClosePhase phase) || Describe(phase, e) is not { } call)
            return null;
        var returned = new CallEvent(e.Get<long>("ReturnedAt"), SideOf(e), phase, call)
        {
            Calls = e.Get<long?>("Calls"),
            Details = CallDetails.Of(phase, e),
            Failed = phase == ClosePhase.ResetReceived ? e.Get<string>("How") : null,
            IsTimeOut = IsTimeOut(phase, e),
        };
        return returned.CausesSegments && e.Get<long>("CalledAt") is var calledAt and > 0
            ? returned with { At = calledAt, ReturnedAt = returned.At }
            : returned;
    }

    /// <summary>The state that the console read right after the event; null if unknown.</summary>
    public static StateEvent? ReadState(LogEvent e) =>
        StateNames.Parse(e.Get<string>("State")) is { } state
            ? new StateEvent(e.Get<long>("StateAt"), SideOf(e), state)
            : null;

    /// <summary>The side whose console wrote the event.</summary>
    public static Side SideOf(LogEvent e) => e.Get<string>("Side") == "client" ? Side.Client : Side.Server;

    /// <summary>Whether the event reports that the kernel gave up. False if our program aborted.</summary>
    public static bool IsTimeOut(ClosePhase phase, LogEvent e) => phase == ClosePhase.Aborted
        && !e.MessageTemplate.Text.StartsWith(CallOutcomes.Abort, StringComparison.Ordinal);

    private static string? Describe(ClosePhase phase, LogEvent e) => phase switch
    {
        ClosePhase.Connecting => "Connect",
        ClosePhase.Connected => "connected",
        ClosePhase.Accepted => "Accept",
        ClosePhase.Sent => $"Send: {e.Get<long>("Count")}",
        ClosePhase.Received => $"Receive: {e.Get<long>("Count")}",
        ClosePhase.FinQueued => "Shutdown(Send)",
        ClosePhase.FinRead => "Receive: 0",
        ClosePhase.ResetReceived => e.Get<string>("How") switch
        {
            CallOutcomes.ConnectFailed => "refused",
            CallOutcomes.ReceiveFailed => "Receive: reset",
            CallOutcomes.SendFailed => "Send: reset",
            _ => "reset found",
        },
        ClosePhase.Aborted => "abort",
        ClosePhase.SocketClosed => "Close",
        _ => null,      // Listen is not a call on the connection; reading the kernel's table is not a call at all
    };
}
