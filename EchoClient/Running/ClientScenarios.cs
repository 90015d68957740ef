using EchoClient.Checking;
using EchoClient.Scenarios;
using TcpClose.Events;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Running;

/// <summary>Selects the client's half of a scenario.</summary>
internal static class ClientScenarios
{
    private const int ReplyLength = 13;
    private static readonly ExpectedReply Nothing = Reply(0);

    /// <summary>Returns the scenario that the options select.</summary>
    public static ClientScenario For(ClientOptions options) => options.Scenario switch
    {
        "half-close" => new(
            ActiveCloseAsync, null, new ExpectedReply("echo", options.Payload), CloseOutcome.ClosedNormally, HowMuch),
        "late-data" => new(
            LateData.RunAsync, Request(options, options.Hold, options.Late), Reply(options.Late),
            CloseOutcome.ClosedNormally, HowMuch),
        "three-segments" => new(ThreeSegments.RunAsync, Request(options), Nothing, CloseOutcome.ClosedNormally,
            _ => "closed normally: nothing was left to send on either side"),
        "server-first" =>
            new(ServerFirst.RunAsync, Request(options, options.Hold), Nothing, CloseOutcome.ClosedNormally,
                _ => $"closed normally: {options.Payload.Length} bytes sent after the server's FIN")
            { UploadLength = options.Payload.Length },
        "simultaneous" =>
            new(Simultaneous.RunAsync, Request(options, options.Hold), Nothing, CloseOutcome.ClosedNormally,
                _ => "closed normally: neither side waited for the other's FIN"),
        "full-close" => new(
            FullClose.RunAsync, Request(options, options.Hold, ReplyLength), Nothing, CloseOutcome.ClosedNormally,
            _ => "closed in both directions, without TIME-WAIT in the kernel"),
        "unread-data" => new(
            UnreadData.RunAsync, Request(options, options.Hold, ReplyLength), Reply(ReplyLength), CloseOutcome.Reset,
            s => $"reset: {options.Message.Length} bytes unread by the server; "
                + $"reply: {s.BytesReceived} of {ReplyLength} bytes")
        { AllowsTruncatedReply = true },
        "idle" => new(
            Idle.RunAsync, null, Nothing, CloseOutcome.Reset, _ => "reset by the server after its idle time-out")
        { HasTimeout = false },
        "client-abort" => new(
            ClientAbort.RunAsync, Request(options), Nothing, CloseOutcome.Aborted, _ => "aborted, as requested"),
        "server-abort" => new(
            ServerAbort.RunAsync, Request(options), Nothing, CloseOutcome.Reset,
            _ => "reset by the server, as requested"),
        "refused" => new(Refused.RunAsync, null, Nothing, CloseOutcome.Refused, _ => Refused.Sentence),
        "frames" => new(
            Frames.RunAsync, null, new ExpectedReply("echo", Frames.Of(options.Message)), CloseOutcome.ClosedNormally,
            s => $"closed normally: {Frames.Count} complete messages in {s.BytesReceived} bytes"),
        "http" => new(Http.RunAsync, null, Http.Page, CloseOutcome.ClosedNormally,
            s => $"closed normally: a response of {s.BytesReceived} bytes, ended by the FIN"),
        _ => throw new ArgumentException($"no scenario {options.Scenario}"),
    };

    private static ScenarioRequest Request(ClientOptions options, TimeSpan hold = default, long bytes = 0) =>
        new(options.Scenario, hold, bytes);

    private static ExpectedReply Reply(long length) => new("reply", Payload.Generated(length));

    // The sentence is used only after a complete reply, so both numbers are the same.
    private static string HowMuch(ObservedSocket s) =>
        $"closed normally: {s.BytesReceived} of {s.BytesReceived} bytes"
        + (s.BytesAfterFin is { } after ? $", {after} after our FIN" : "");

    private static Task ActiveCloseAsync(ObservedSocket socket, ScenarioContext context) =>
        ActiveClose.RunAsync(socket, context.Options.Payload, context.Reply);
}
