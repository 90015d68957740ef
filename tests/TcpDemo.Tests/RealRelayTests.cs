using EchoClient.Verdict;

namespace TcpDemo.Tests;

/// <summary>The verdict on relays that people use, with the time-outs that they have by themselves or were given.</summary>
[Collection(nameof(Alone))]
public sealed class RealRelayTests
{
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(0.1);

    [NeedsFact(Needs.Linux, "socat")]
    public Task SocatCutsAfterHalfASecond() => IsAsync(
        port => RealRelay.SocatAsync(port), "preserved, preserved, cut", "preserved, preserved, cut", 0.5, Word.ResetBecameFin);

    [NeedsFact(Needs.Linux, "socat")]
    public Task SocatWithALongerTimeOutPreserves() => IsAsync(
        port => RealRelay.SocatAsync(port, "-t", "10"), "preserved, preserved, preserved", "preserved, preserved, preserved", null, Word.ResetBecameFin);

    [NeedsFact(Needs.Linux, "nginx")]
    public Task NginxTakesAFinForAFullClose() => IsAsync(
        port => RealRelay.NginxAsync(port, ""), Closed, Closed, null, Word.ResetBecameFin);

    [NeedsFact(Needs.Linux, "nginx")]
    public Task NginxWithProxyHalfClosePreserves() => IsAsync(
        port => RealRelay.NginxAsync(port, "proxy_half_close on;"), "preserved, preserved, preserved", "preserved, preserved, preserved", null, Word.ResetBecameFin);

    [NeedsFact(Needs.Linux, "nginx")]
    public Task NginxWithATimeOutOfASecondCutsThen() => IsAsync(
        port => RealRelay.NginxAsync(port, "proxy_half_close on; proxy_timeout 1s;"), "preserved, preserved, cut", "preserved, preserved, cut", 1, Word.ResetBecameFin);

    [NeedsFact(Needs.Linux, "haproxy")]
    public Task HaproxyPreserves() => IsAsync(
        port => RealRelay.HaproxyAsync(port, ""), "preserved, preserved, preserved", "preserved, preserved, preserved", null, Word.Preserved);

    [NeedsFact(Needs.Linux, "haproxy")]
    public Task HaproxyWithATimeOutForTheClientsSideCutsTheUpload() => IsAsync(
        port => RealRelay.HaproxyAsync(port, "timeout client-fin 1s"), "preserved, preserved, preserved", "preserved, preserved, cut", 1, Word.Preserved);

    [NeedsFact(Needs.Linux, "haproxy")]
    public Task HaproxyWithATimeOutForTheServersSideCutsTheReply() => IsAsync(
        port => RealRelay.HaproxyAsync(port, "timeout server-fin 1s"), "preserved, preserved, cut", "preserved, preserved, preserved", 1, Word.Preserved);

    private const string Closed = "FIN turned into full close, FIN turned into full close, FIN turned into full close";

    private static async Task IsAsync(
        Func<int, Task<RealRelay>> start, string clientFirst, string serverFirst, double? cutAfter, Word clientsReset)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await using RealRelay relay = await start(server.EndPoint.Port);
        var options = new VerdictOptions
        {
            Port = relay.Port,
            Holds = [TimeSpan.Zero, TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(2)],
            Timeout = TimeSpan.FromSeconds(5),
        };
        Result result = await new VerdictRun(options, _ => { }).RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(50));

        string Of(First first) => string.Join(", ", result.Findings.Where(f => f.First == first && f.Hold is not null).Select(f => Words.Of(f.Word)));
        Assert.Equal((clientFirst, serverFirst), (Of(First.Client), Of(First.Server)));
        Assert.Equal(clientFirst.Contains("cut") || serverFirst.Contains("cut") || clientFirst == Closed ? 2 : 0, result.ExitCode);
        Assert.Equal(clientsReset, result.Findings.Single(f => f.Check == "client aborts").Word);
        Assert.All(result.Findings.Where(f => f.Word == Word.Cut), f =>
            Assert.InRange(f.CutAfter!.Value, TimeSpan.FromSeconds(cutAfter!.Value) - Near, TimeSpan.FromSeconds(cutAfter.Value) + Near));
    }
}
