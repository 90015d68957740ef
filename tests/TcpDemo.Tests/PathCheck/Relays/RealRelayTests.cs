namespace TcpDemo.Tests.PathCheck.Relays;

/// <summary>The results for port-forwards and load balancers.</summary>
[Trait("Tier", "Long")]
public sealed class RealRelayTests : RealRelayResults
{
    [Theory]
    [Relay("socat", Cut, Cut, 0.5)]
    [Relay("socat-t-10", Preserved, Preserved)]
    [Relay("nginx", Closed, Closed)]
    [Relay("nginx-half-close", Preserved, Preserved)]
    [Relay("nginx-timeout-1s", Cut, Cut, 1.0)]
    [Relay("haproxy", Preserved, Preserved)]
    [Relay("haproxy-client-fin-1s", Preserved, Cut, 1.0)]
    [Relay("haproxy-server-fin-1s", Cut, Preserved, 1.0)]
    [Relay("openssh", Preserved, Preserved)]
    [Relay("stunnel", Preserved, Preserved)]
    [Relay("stunnel-close-1s", Cut, Cut, 1.0)]
    [Relay("shadowsocks", Closed, Closed)]
    [Relay("docker-proxy", Preserved, Preserved)]
    [Relay("systemd-socket-proxyd", Closed, Closed)]
    [Relay("redir", Closed, Closed)]
    [Relay("rinetd", Closed, Closed)]
    [Relay("simpleproxy", Closed, Closed)]
    [Relay("xinetd", Closed, Closed)]
    [Relay("6tunnel", Closed, Closed)]
    public Task TheResultMatchesWhatACaptureShows(
        string relay, string clientFirst, string serverFirst, double? cutAfter = null) =>
        MatchesAsync(relay, clientFirst, serverFirst, cutAfter);
}
