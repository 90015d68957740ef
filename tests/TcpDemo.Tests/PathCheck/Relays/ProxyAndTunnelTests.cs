namespace TcpDemo.Tests.PathCheck.Relays;

/// <summary>
/// The results for proxies (HTTP, SOCKS), tunnels (SSH, TLS, WebSocket), other relays (Node.js, netcat, V2Ray), and a
/// NAT. The table in docs/relays/README.md has more relays, some of which only tests/relays/measure can start.
/// </summary>
[Trait("Tier", "Long")]
public sealed class ProxyAndTunnelTests : RealRelayResults
{
    [Theory]
    [Relay("tinyproxy", Closed, Closed)]
    [Relay("apache", Preserved, Preserved)]
    [Relay("microsocks", Closed, Closed)]
    [Relay("dante", Preserved, Preserved)]
    [Relay("openssh-socks", Preserved, Preserved)]
    [Relay("haproxy-tls12", Preserved, Preserved)]
    [Relay("haproxy-tls13", Preserved, Preserved)]
    [Relay("socat-openssl", Preserved, Preserved)]
    [Relay("node-pipe", Closed, Closed)]
    [Relay("node-pipe-half-open", Preserved, Preserved)]
    public Task TheResultMatchesWhatACaptureShows(
        string relay, string clientFirst, string serverFirst, double? cutAfter = null) =>
        MatchesAsync(relay, clientFirst, serverFirst, cutAfter);

    [Theory]
    [Relay("nat", "client-first", "cut", "server-first", "preserved")]
    [Relay("netcat-N", "client-first", "preserved", "server-first", "fin-not-forwarded")]
    [Relay("v2ray", "client-first", "fin-full-close", "server-first", "fin-full-close")]
    [Relay("websockify", "client-first", "fin-full-close", "server-first", "fin-full-close")]
    public async Task TheDirectionsMayDiffer(
        string relay, string one, string effect, string other, string otherEffect)
    {
        (global::PathCheck.Reporting.PathReport report, _) = await ThroughAsync(Recipe.All[relay]);
        report.Is(one, effect);
        report.Is(other, otherEffect);
    }
}
