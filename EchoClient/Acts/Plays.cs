using TcpClose;

namespace EchoClient.Acts;

/// <summary>How the client plays one scenario: its act, what has to come, how it has to end, and what to say then.</summary>
/// <param name="RunAsync">The act; it returns the outcome.</param>
/// <param name="Request">What the server is asked for; null for the plain echo.</param>
/// <param name="Expected">What has to come from the server.</param>
/// <param name="MustEnd">The outcome that the scenario promises.</param>
/// <param name="Sentence">The verdict on a run in which all was as it should be.</param>
internal sealed record Play(
    Func<Act, Task<string>> RunAsync, ActRequest? Request, Expected Expected, string MustEnd, Func<EchoExchange, string> Sentence)
{
    /// <summary>Whether a reply that comes short is part of the lesson.</summary>
    public bool MayLose { get; init; }
}

/// <summary>The closes that the client can play, each act in a file of its own.</summary>
internal static class Plays
{
    private const int ReplyLength = 13;
    private static readonly TimeSpan Later = TimeSpan.FromMilliseconds(300);
    private static readonly Expected Nothing = Expected.Reply(0);

    /// <summary>The play for the scenario that was chosen.</summary>
    public static Play For(ClientOptions options) => options.Scenario switch
    {
        "half-close" => new(ActiveCloseAsync, null, Expected.EchoOf(options.Message), Outcome.Normal,
            e => $"closed normally: {e.Echo.Received} of {e.Echo.Expected} bytes, {e.Echo.ReceivedAfterFin} after our FIN"),
        "late-data" => new(LateData.RunAsync, new ActRequest(options.Scenario, options.Hold, options.Late), Expected.Reply(options.Late), Outcome.Normal,
            e => $"closed normally: {e.Echo.Received} of {e.Echo.Expected} bytes, {e.Echo.ReceivedAfterFin} after our FIN"),
        "three-segments" => new(ThreeSegments.RunAsync, new ActRequest(options.Scenario), Nothing, Outcome.Normal,
            _ => "closed normally: nothing was left to send on either side"),
        "server-first" => new(ServerFirst.RunAsync, new ActRequest(options.Scenario), Nothing, Outcome.Normal,
            _ => $"closed normally: {options.Message.Length} bytes sent after the server's FIN"),
        "full-close" => new(FullClose.RunAsync, new ActRequest(options.Scenario, Later, ReplyLength), Nothing, Outcome.Normal,
            _ => "closed both ways; gone from the kernel without TIME-WAIT"),
        "unread-data" => new(UnreadData.RunAsync, new ActRequest(options.Scenario, Later, ReplyLength), Expected.Reply(ReplyLength), Outcome.Reset,
            e => $"reset with {options.Message.Length} bytes unread there; {e.Echo.Received} of {ReplyLength} came")
        { MayLose = true },
        "idle" => new(Idle.RunAsync, null, Nothing, Outcome.Reset, _ => "reset by the server, which waited no longer"),
        "client-abort" => new(ClientAbort.RunAsync, new ActRequest(options.Scenario), Nothing, Outcome.Aborted, _ => "aborted, as asked"),
        "server-abort" => new(ServerAbort.RunAsync, new ActRequest(options.Scenario), Nothing, Outcome.Reset, _ => "reset by the server, as asked"),
        _ => throw new ArgumentException($"no play for {options.Scenario}"),
    };

    private static async Task<string> ActiveCloseAsync(Act act)
    {
        await ActiveClose.RunAsync(act.Socket, act.Message, act.Exchange, act.Log);
        return Outcome.Normal;
    }
}
