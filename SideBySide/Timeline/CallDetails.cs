using Serilog.Events;
using TcpClose.Events;

namespace SideBySide.Timeline;

/// <summary>A socket call in full, from an event of a console.</summary>
/// <param name="Text">The call with its arguments: <c>Send(13 bytes "hello service")</c>.</param>
/// <param name="Result">What it returned, or how it failed.</param>
public sealed record CallDetails(string Text, string Result)
{
    /// <summary>How long the call took, in nanoseconds; null if unknown.</summary>
    public long? Nanoseconds { get; init; }

    /// <summary>Reads an event; null if it is not a single call.</summary>
    public static CallDetails? Of(ClosePhase phase, LogEvent e)
    {
        if (e.Get<long?>("Calls") is not null || Read(phase, e) is not { } details) return null;
        return phase != ClosePhase.Connecting && e.Get<long>("CalledAt") is var called and > 0
            && e.Get<long>("ReturnedAt") is var returned && returned >= called
            ? details with { Nanoseconds = returned - called }
            : details;
    }

    private static CallDetails? Read(ClosePhase phase, LogEvent e) => phase switch
    {
        ClosePhase.Connecting => new($"Connect({e.Get<string>("Remote")})", "not returned yet"),
        ClosePhase.Connected => new($"Connect({e.Get<string>("Remote")})", "connected"),
        ClosePhase.Accepted => new("Accept()", $"a connection from {e.Get<string>("Remote")}"),
        ClosePhase.Sent => new($"Send({Payload(e)})", $"{e.Get<long>("Count")}"),
        ClosePhase.Received => new("Receive()", Payload(e)),
        ClosePhase.FinQueued => new("Shutdown(Send)", "the FIN is queued"),
        ClosePhase.FinRead => new("Receive()", "0: end of stream"),
        ClosePhase.ResetReceived => new(e.Get<string>("How") switch
        {
            CallOutcomes.ConnectFailed => $"Connect({e.Get<string>("Remote")})",
            CallOutcomes.ReceiveFailed => "Receive()",
            CallOutcomes.SendFailed => "Send()",
            CallOutcomes.OptionFailed => "SetSocketOption()",
            _ => "the socket's pending error is read",
        }, e.Get<string>("How") == CallOutcomes.ConnectFailed ? "an error: the connection was refused"
            : "an error: the peer has reset the connection"),
        ClosePhase.Aborted when ConsoleEventReader.IsTimeOut(phase, e) =>
            new("the kernel's time-out is found", "an error: " + e.Get<string>("Cause")),
        ClosePhase.Aborted => new("Close() with linger 0", "a RST: " + e.Get<string>("Cause")),
        ClosePhase.SocketClosed => new("Close()", "the descriptor is closed"),
        _ => null,
    };

    private static string Payload(LogEvent e) =>
        $"{e.Get<long>("Count")} byte{(e.Get<long>("Count") == 1 ? "" : "s")}"
        + (e.Get<string>("Payload") is { Length: > 0 } text ? $" {text}" : "");
}
