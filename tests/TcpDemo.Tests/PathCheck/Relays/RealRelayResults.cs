using System.Text.RegularExpressions;
using PathCheck;
using PathCheck.Checks;
using PathCheck.Checks.Ends;
using PathCheck.Checks.HalfClosed;
using PathCheck.Checks.Resets;
using PathCheck.Classifying;
using PathCheck.Reporting;
using PathCheck.Running;

namespace TcpDemo.Tests.PathCheck.Relays;

/// <summary>
/// Compares the result for a real relay with what a capture has shown. The derived classes list the relays, and run in
/// parallel.
/// </summary>
public abstract partial class RealRelayResults
{
    protected const string Preserved = "preserved, preserved", Cut = "preserved, cut",
        Closed = "FIN closed both directions, FIN closed both directions";

    // Neither silence is near a time-out of these relays: 0.5 s, 1 s, and 10 s or more.
    private static readonly TimeSpan[] Holds = [TimeSpan.Zero, TimeSpan.FromSeconds(2.5)];

    // On a busy machine a relay with TLS may need more than 5 s for all connections.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // Checks without a silence.
    private static readonly Type[] Basic = [typeof(FullDuplexTransfer), typeof(DataThenFin), typeof(FinWithoutData),
        typeof(ClientReset), typeof(ServerReset)];

    // A time is accurate to 10 % or 50 ms, whichever is larger.
    private static readonly TimeSpan Near = TimeSpan.FromMilliseconds(50);

    // nginx restarts a timer only if the deadline changes by at least this. Its time-out may therefore start before the
    // FIN.
    private static readonly TimeSpan NginxEarly = TimeSpan.FromMilliseconds(300);

    protected static async Task MatchesAsync(
        string relay, string clientFirst, string serverFirst, double? cutAfter = null)
    {
        // A relay that closes both directions at the first FIN also does so in the transfer of 4 MiB. On a busy machine
        // a relay with a time-out may cut this transfer. Only HAProxy forwards a reset, and only from the client.
        // stunnel loses the end of the 4 MiB in one of sixty runs. The loss is accepted only if stunnel's log confirms
        // it.
        (PathReport result, string log) = await ThroughAsync(Recipe.All[relay]);
        CheckResult found = result.Results.Single(f => f.Check is FullDuplexTransfer);
        PathEffect both = clientFirst == Closed ? PathEffect.FullClose
            : cutAfter is not null && found.Effect == PathEffect.Cut ? PathEffect.Cut
            : found.Effect == PathEffect.LostSilently && LostByStunnel(log).Contains(found.Evidence)
                ? PathEffect.LostSilently : PathEffect.Preserved;
        PathEffect reset =
            relay.StartsWith("haproxy", StringComparison.Ordinal) ? PathEffect.Preserved : PathEffect.ResetBecameFin;
        Is(clientFirst, result, f => f.Check is ClientClosesFirst);
        Is(serverFirst, result, f => f.Check is ServerClosesFirst);
        Is(string.Join(
            ", ", ((PathEffect[])[both, PathEffect.Preserved, PathEffect.Preserved, reset, PathEffect.ResetBecameFin])
            .Select(e => e.Name)), result, f => Basic.Contains(f.Check.GetType()));

        // stunnel loses the end more often in the checks with a slow reader, which transfer 12 MiB.
        bool isLostToSlowReader = result.Faults.Any(f => f.Effect == PathEffect.LostSilently
            && f.Check is SlowReaderOfReply or SlowReaderOfUpload) && HungUp().IsMatch(log);
        Assert.Equal(
            clientFirst == Preserved && serverFirst == Preserved && both == PathEffect.Preserved && !isLostToSlowReader
                ? 0 : 2,
            result.ExitCode);

        TimeSpan limit = TimeSpan.FromSeconds(cutAfter ?? 0), near = limit / 10 > Near ? limit / 10 : Near;
        TimeSpan early = relay.StartsWith("nginx", StringComparison.Ordinal) ? NginxEarly : near;
        Assert.All(
            result.Results.Where(f => f.Effect == PathEffect.Cut && f.Hold is not null),
            f => Assert.InRange(f.CutAfter!.Value, limit - early, limit + near));
    }

    // Compares the effects of some rows.
    private static void Is(string words, PathReport result, Func<CheckResult, bool> which)
    {
        string found = string.Join(", ", result.Results.Where(which).Select(f => f.Effect.Name));
        Assert.True(words == found, $"expected {words}, found {found}:\n{Report.Of(result)}");
    }

    // After both FINs, poll reports only a hang-up if the outgoing path is full. stunnel treats this as the end of the
    // stream, although bytes are unread (mtrojnar/stunnel#23). Its log has the number of bytes that it had forwarded.
    private static IEnumerable<string> LostByStunnel(string log) =>
        HungUp().Matches(log)
            .Select(m => $"{FullDuplexTransfer.Size} bytes arrived, {m.Groups["taken"].Value} returned");

    // Returns the report and the relay's log.
    private protected static async Task<(PathReport Result, string Log)> ThroughAsync(Recipe recipe)
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        await using RealRelay relay = await RealRelay.StartAsync(recipe, server.EndPoint.Port);
        var options = new PathCheckOptions { Port = relay.Port, Holds = Holds, Timeout = Patience };
        PathReport result = await new PathCheckRunner(options, _ => { }).RunAsync(CancellationToken.None).Judged();
        return (result, await relay.StopAsync());
    }

    // Matches two log lines of one connection. Other lines may be between them.
    [GeneratedRegex(
        @"\[(?<connection>\d+)\]: Read socket closed \(HUP\)" +
        @"(?=\n(?:.*\n)*?.*\[\k<connection>\]: Connection closed: (?<taken>\d+) byte\(s\) sent to TLS,)")]
    private static partial Regex HungUp();
}
