using EchoClient.Checking;
using EchoClient.Scenarios;
using TcpClose.Events;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoClient.Running;

/// <summary>The closes that the client can play, each act in a file of its own.</summary>
internal static class ClientScenarios
{
    private const int ReplyLength = 13;
    private static readonly ExpectedReply Nothing = Reply(0);

    /// <summary>The play for the scenario that was chosen.</summary>
    public static ClientScenario For(ClientOptions options) => options.Scenario switch
    {
        "half-close" => new(ActiveCloseAsync, null, new ExpectedReply("echo", options.Payload), CloseOutcome.ClosedNormally, HowMuch),
        "late-data" => new(LateData.RunAsync, Ask(options, options.Hold, options.Late), Reply(options.Late), CloseOutcome.ClosedNormally, HowMuch),
        "three-segments" => new(ThreeSegments.RunAsync, Ask(options), Nothing, CloseOutcome.ClosedNormally,
            _ => "closed normally: nothing was left to send on either side"),
        "server-first" => new(ServerFirst.RunAsync, Ask(options, options.Hold), Nothing, CloseOutcome.ClosedNormally,
            _ => $"closed normally: {options.Payload.Length} bytes sent after the server's FIN")
        { UploadLength = options.Payload.Length },
        "simultaneous" => new(Simultaneous.RunAsync, Ask(options, options.Hold), Nothing, CloseOutcome.ClosedNormally,
            _ => "closed normally: a FIN from each side, neither waited for"),
        "full-close" => new(FullClose.RunAsync, Ask(options, options.Hold, ReplyLength), Nothing, CloseOutcome.ClosedNormally,
            _ => "closed both ways; gone from the kernel without TIME-WAIT"),
        "unread-data" => new(UnreadData.RunAsync, Ask(options, options.Hold, ReplyLength), Reply(ReplyLength), CloseOutcome.Reset,
            s => $"reset with {options.Message.Length} bytes unread there; {s.BytesReceived} of {ReplyLength} came")
        { AllowsTruncatedReply = true },
        "idle" => new(Idle.RunAsync, null, Nothing, CloseOutcome.Reset, _ => "reset by the server, which waited no longer")
        { HasTimeout = false },
        "client-abort" => new(ClientAbort.RunAsync, Ask(options), Nothing, CloseOutcome.Aborted, _ => "aborted, as asked"),
        "server-abort" => new(ServerAbort.RunAsync, Ask(options), Nothing, CloseOutcome.Reset, _ => "reset by the server, as asked"),
        "refused" => new(Refused.RunAsync, null, Nothing, CloseOutcome.Refused, _ => Refused.Sentence),
        "frames" => new(Frames.RunAsync, null, new ExpectedReply("echo", Frames.Of(options.Message)), CloseOutcome.ClosedNormally,
            s => $"closed normally: {Frames.Count} messages whole, in {s.BytesReceived} bytes of stream"),
        "http" => new(Http.RunAsync, null, Http.Page, CloseOutcome.ClosedNormally, s => $"closed normally: a page, {s.BytesReceived} bytes up to the server's FIN"),
        _ => throw new ArgumentException($"no scenario {options.Scenario}"),
    };

    private static ScenarioRequest Ask(ClientOptions options, TimeSpan hold = default, long bytes = 0) => new(options.Scenario, hold, bytes);

    private static ExpectedReply Reply(long length) => new("reply", Payload.Generated(length));

    // The sentence is used only if every byte came.
    private static string HowMuch(ObservedSocket s) =>
        $"closed normally: {s.BytesReceived} of {s.BytesReceived} bytes, {s.BytesAfterFin} after our FIN";

    private static Task ActiveCloseAsync(ObservedSocket socket, ScenarioContext context) =>
        ActiveClose.RunAsync(socket, context.Options.Payload, context.Reply);
}
