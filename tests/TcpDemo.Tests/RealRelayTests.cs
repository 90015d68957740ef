using EchoClient.Verdict;

namespace TcpDemo.Tests;

/// <summary>The verdict on relays that people use, with the time-outs that they have by themselves or were given.</summary>
[Collection(nameof(Alone))]
public sealed class RealRelayTests
{
    private const string Whole = "preserved, preserved", Cut = "preserved, cut", Closed = "FIN turned into full close, FIN turned into full close";

    // Far from each time-out here: half a second, a second, ten and more.
    private static readonly TimeSpan[] Holds = [TimeSpan.Zero, TimeSpan.FromSeconds(2.5)];

    // A verdict's time is right to a tenth, and to 50 ms.
    private static readonly TimeSpan Near = TimeSpan.FromMilliseconds(50);

    // nginx leaves a timer as it is while the new one would differ by less than that: its second may begin with the byte before the FIN.
    private static readonly TimeSpan NginxEarly = TimeSpan.FromMilliseconds(300);

    [Theory(Timeout = Until.TestLimit)]
    [Relay("socat", Cut, Cut, 0.5)]
    [Relay("socat-t-10", Whole, Whole)]
    [Relay("nginx", Closed, Closed)]
    [Relay("nginx-half-close", Whole, Whole)]
    [Relay("nginx-timeout-1s", Cut, Cut, 1.0)]
    [Relay("haproxy", Whole, Whole)]
    [Relay("haproxy-client-fin-1s", Whole, Cut, 1.0)]
    [Relay("haproxy-server-fin-1s", Cut, Whole, 1.0)]
    [Relay("openssh", Whole, Whole)]
    [Relay("stunnel", Whole, Whole)]
    [Relay("stunnel-close-1s", Cut, Cut, 1.0)]
    [Relay("shadowsocks", Closed, Closed)]
    [Relay("docker-proxy", Whole, Whole)]
    [Relay("systemd-socket-proxyd", Closed, Closed)]
    [Relay("redir", Closed, Closed)]
    [Relay("rinetd", Closed, Closed)]
    [Relay("simpleproxy", Closed, Closed)]
    [Relay("sslh", Closed, Closed)]
    [Relay("xinetd", Closed, Closed)]
    [Relay("6tunnel", Closed, Closed)]
    public async Task TheVerdictIsWhatACaptureShows(string relay, string clientFirst, string serverFirst, double? cutAfter = null)
    {
        Result result = await ThroughAsync(Recipe.All[relay]);
        Assert.Equal((clientFirst, serverFirst), (Words(result, First.Client), Words(result, First.Server)));
        TimeSpan limit = TimeSpan.FromSeconds(cutAfter ?? 0), near = limit / 10 > Near ? limit / 10 : Near;
        TimeSpan early = relay.StartsWith("nginx", StringComparison.Ordinal) ? NginxEarly : near;
        Assert.All(result.Findings.Where(f => f.Word == Word.Cut), f => Assert.InRange(f.CutAfter!.Value, limit - early, limit + near));

        // Who takes the first FIN for the end of both directions does so in the middle of 4 MiB as well.
        Assert.Equal(clientFirst == Closed ? Word.FullClose : Word.Preserved, Of(result, Check.BothAtOnce));
        Assert.Equal((Word.Preserved, Word.Preserved), (Of(result, Check.EndOfStream), Of(result, Check.FinAlone)));

        // A reset is passed on by HAProxy alone, and only from the client.
        Assert.Equal(relay.StartsWith("haproxy", StringComparison.Ordinal) ? Word.Preserved : Word.ResetBecameFin, Of(result, Check.ClientReset));
        Assert.Equal(Word.ResetBecameFin, Of(result, Check.ServerReset));
        Assert.Equal(clientFirst == Whole && serverFirst == Whole ? 0 : 2, result.ExitCode);
    }

    private static string Words(Result result, First first) =>
        string.Join(", ", result.Findings.Where(f => f.First == first && f.Hold is not null).Select(f => EchoClient.Verdict.Words.Of(f.Word)));

    private static Word Of(Result result, Check check) => result.Findings.Single(f => f.Check == check).Word;

    private static async Task<Result> ThroughAsync(Recipe recipe)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using RealRelay relay = await RealRelay.StartAsync(recipe, server.EndPoint.Port);
        var options = new VerdictOptions { Port = relay.Port, Holds = Holds, Timeout = TimeSpan.FromSeconds(5) };
        return await new VerdictRun(options, _ => { }).RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(50));
    }
}
