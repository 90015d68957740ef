using EchoClient.Running;
using TcpClose.Scenarios;

namespace EchoClient.Scenarios;

/// <summary>The closes that the client can play, each act in a file of its own.</summary>
internal static class ClientScenarios
{
    private const int ReplyLength = 13;
    private static readonly Expected Nothing = Reply(0);

    /// <summary>The play for the scenario that was chosen.</summary>
    public static Play For(ClientOptions options) => options.Scenario switch
    {
        "half-close" => new(ActiveCloseAsync, null, new Expected("echo", options.Payload), Outcome.Normal, HowMuch),
        "late-data" => new(LateData.RunAsync, Ask(options, options.Hold, options.Late), Reply(options.Late), Outcome.Normal, HowMuch),
        "three-segments" => new(ThreeSegments.RunAsync, Ask(options), Nothing, Outcome.Normal,
            _ => "closed normally: nothing was left to send on either side"),
        "server-first" => new(ServerClosesFirst.RunAsync, Ask(options, options.Hold), Nothing, Outcome.Normal,
            _ => $"closed normally: {options.Payload.Length} bytes sent after the server's FIN")
        { Uploads = options.Payload.Length },
        "simultaneous" => new(Simultaneous.RunAsync, Ask(options, options.Hold), Nothing, Outcome.Normal,
            _ => "closed normally: a FIN from each side, neither waited for"),
        "full-close" => new(FullClose.RunAsync, Ask(options, options.Hold, ReplyLength), Nothing, Outcome.Normal,
            _ => "closed both ways; gone from the kernel without TIME-WAIT"),
        "unread-data" => new(UnreadData.RunAsync, Ask(options, options.Hold, ReplyLength), Reply(ReplyLength), Outcome.Reset,
            e => $"reset with {options.Message.Length} bytes unread there; {e.Echo.Received} of {ReplyLength} came")
        { MayLose = true },
        "idle" => new(Idle.RunAsync, null, Nothing, Outcome.Reset, _ => "reset by the server, which waited no longer"),
        "client-abort" => new(ClientAbort.RunAsync, Ask(options), Nothing, Outcome.Aborted, _ => "aborted, as asked"),
        "server-abort" => new(ServerAbort.RunAsync, Ask(options), Nothing, Outcome.Reset, _ => "reset by the server, as asked"),
        "refused" => new(Refused.RunAsync, null, Nothing, Outcome.Refused, _ => Refused.Sentence),
        "frames" => new(Frames.RunAsync, null, new Expected("echo", Frames.Of(options.Message)), Outcome.Normal,
            e => $"closed normally: {Frames.Count} messages whole, in {e.Echo.Received} bytes of stream"),
        "http" => new(Http.RunAsync, null, Http.Page, Outcome.Normal, e => $"closed normally: a page, {e.Echo.Received} bytes up to the server's FIN"),
        _ => throw new ArgumentException($"no play for {options.Scenario}"),
    };

    private static ScenarioRequest Ask(ClientOptions options, TimeSpan hold = default, long bytes = 0) => new(options.Scenario, hold, bytes);

    private static Expected Reply(long length) => new("reply", Payload.Generated(length));

    private static string HowMuch(EchoExchange e) =>
        $"closed normally: {e.Echo.Received} of {e.Echo.Expected} bytes, {e.Echo.ReceivedAfterFin} after our FIN";

    private static async Task<string> ActiveCloseAsync(Act act)
    {
        await ActiveClose.RunAsync(act.Socket, act.Options.Payload, act.Exchange, act.Log);
        return Outcome.Normal;
    }
}
