using EchoClient.Verdict;

namespace TcpDemo.Tests;

/// <summary>Every word of the verdict is earned by a relay that does just that, in either direction.</summary>
[Trait("Tier", "Long")]
public sealed class FaultyRelayTests
{
    private static readonly TimeSpan[] Holds = [TimeSpan.Zero, TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(1.5)];
    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(0.6), Near = TimeSpan.FromSeconds(0.06), LateBy = TimeSpan.FromSeconds(3);

    private TimeSpan _latestCut;

    [Fact]
    public async Task AGoodRelayPreservesAll()
    {
        PathReport result = await ThroughAsync(Fault.None, Fault.None);
        Assert.All(result.Findings, f => Assert.Equal((f.Check, PathEffect.Preserved), (f.Check, f.Effect)));
        Assert.Equal(0, result.ExitCode);
    }

    [Theory]
    [InlineData(nameof(Fault.FullCloseOnFin), nameof(PathEffect.FullClose))]
    [InlineData(nameof(Fault.SwallowFin), nameof(PathEffect.NotForwarded))]
    [InlineData(nameof(Fault.ResetForFin), nameof(PathEffect.FinBecameReset))]
    public async Task WhatItDoesToTheClientsFinIsNamed(string fault, string word)
    {
        PathReport result = await ThroughAsync(Enum.Parse<Fault>(fault), Fault.None);
        Are(result, FirstCloser.Client, word, word, word);
        Assert.Equal(word, $"{result.Findings.Single(f => f.Hold is null && f.First == FirstCloser.Client).Effect}");
        Assert.Equal(2, result.ExitCode);

        // Who closes both directions passes on what came before.
        if (word == nameof(PathEffect.FullClose)) return;
        Assert.Equal((word, null), ($"{Of(result, CheckKind.DataThenFin).Effect}", Of(result, CheckKind.DataThenFin).Gap));
        Assert.Equal(word, $"{Of(result, CheckKind.FinWithoutData).Effect}");
    }

    [Theory]
    [InlineData(nameof(Fault.FullCloseOnFin), nameof(PathEffect.FullClose))]
    [InlineData(nameof(Fault.SwallowFin), nameof(PathEffect.NotForwarded))]
    [InlineData(nameof(Fault.ResetForFin), nameof(PathEffect.FinBecameReset))]
    public async Task WhatItDoesToTheServersFinIsNamed(string fault, string word)
    {
        PathReport result = await ThroughAsync(Fault.None, Enum.Parse<Fault>(fault));
        Are(result, FirstCloser.Server, word, word, word);
        Assert.Equal(2, result.ExitCode);
    }

    [Theory]
    [InlineData(nameof(Fault.CutAfterFin), true)]
    [InlineData(nameof(Fault.CutAfterFin), false)]
    [InlineData(nameof(Fault.GoSilentAfterFin), true)]
    [InlineData(nameof(Fault.GoSilentAfterFin), false)]
    public async Task ACutIsFoundToTheTimeWhetherOrNotAnybodySeesIt(string fault, bool ofTheClient)
    {
        Fault bad = Enum.Parse<Fault>(fault);
        PathReport result = await ThroughAsync(ofTheClient ? bad : Fault.None, ofTheClient ? Fault.None : bad);
        Are(result, ofTheClient ? FirstCloser.Client : FirstCloser.Server, nameof(PathEffect.Preserved), nameof(PathEffect.Preserved), nameof(PathEffect.Cut));
        Are(result, ofTheClient ? FirstCloser.Server : FirstCloser.Client, nameof(PathEffect.Preserved), nameof(PathEffect.Preserved), nameof(PathEffect.Preserved));
        Assert.InRange(result.Findings.Single(f => f.Effect == PathEffect.Cut).CutAfter!.Value, Cut - Near, _latestCut + Near);
        Assert.Equal(2, result.ExitCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AFinThatIsHeldBackIsLateAndPreserved(bool ofTheClient)
    {
        PathReport result = await ThroughAsync(ofTheClient ? Fault.LateFin : Fault.None, ofTheClient ? Fault.None : Fault.LateFin, timeout: 3 * LateBy);
        Assert.All(result.Findings, f => Assert.Equal((f.Check, f.Hold, PathEffect.Preserved), (f.Check, f.Hold, f.Effect)));

        // How late, the server's own clock says.
        CheckResult end = Of(result, CheckKind.DataThenFin);
        Assert.Matches(ofTheClient ? @"^([3-8]|2[.]9)[.0-9]* s behind the last byte$" : @"^[0-9]{1,3}\.[0-9] ms behind the last byte$", end.Evidence);
        // The kernel counts it in ticks, of up to 10 ms, and begins and ends within one.
        Assert.InRange(end.Gap!.Value, ofTheClient ? LateBy - (2 * TimingTolerance.Grain) : TimeSpan.Zero, ofTheClient ? 3 * LateBy : LateBy);
    }

    [Theory]
    [InlineData(nameof(Fault.DropTheLast), nameof(PathEffect.LostSilently))]
    [InlineData(nameof(Fault.FlipAByte), nameof(PathEffect.Altered))]
    public async Task DamageToTheReplyIsNamed(string fault, string word)
    {
        PathReport result = await ThroughAsync(Fault.None, Enum.Parse<Fault>(fault));
        Are(result, FirstCloser.Client, word, word, word);
        Are(result, FirstCloser.Server, nameof(PathEffect.Preserved), nameof(PathEffect.Preserved), nameof(PathEffect.Preserved));
        Assert.Equal(word, $"{result.Findings.Single(f => f.Hold is null && f.First == FirstCloser.Client).Effect}");
    }

    [Theory]
    [InlineData(nameof(Fault.DropTheLast), nameof(PathEffect.LostSilently))]
    [InlineData(nameof(Fault.FlipAByte), nameof(PathEffect.Altered))]
    public async Task DamageToTheUploadIsNamed(string fault, string word)
    {
        PathReport result = await ThroughAsync(Enum.Parse<Fault>(fault), Fault.None);
        Are(result, FirstCloser.Server, word, word, word);
        Are(result, FirstCloser.Client, nameof(PathEffect.Preserved), nameof(PathEffect.Preserved), nameof(PathEffect.Preserved));
        Assert.Equal(word, $"{Of(result, CheckKind.DataThenFin).Effect}");
    }

    [Theory]
    [InlineData(nameof(Fault.FinForReset), nameof(PathEffect.ResetBecameFin), true)]
    [InlineData(nameof(Fault.FinForReset), nameof(PathEffect.ResetBecameFin), false)]
    [InlineData(nameof(Fault.SwallowReset), nameof(PathEffect.ResetNotForwarded), true)]
    [InlineData(nameof(Fault.SwallowReset), nameof(PathEffect.ResetNotForwarded), false)]
    public async Task WhatItDoesToAResetIsARemarkAndAFaultOnlyForTheStrict(string fault, string word, bool ofTheClient)
    {
        Fault bad = Enum.Parse<Fault>(fault);
        PathReport result = await ThroughAsync(ofTheClient ? bad : Fault.None, ofTheClient ? Fault.None : bad);
        Assert.Equal(Enum.Parse<PathEffect>(word), Aborts(result, ofTheClient ? "client" : "server").Effect);
        Assert.Equal(PathEffect.Preserved, Aborts(result, ofTheClient ? "server" : "client").Effect);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(2, (result with { Options = result.Options with { Strict = true } }).ExitCode);
    }

    [Fact]
    public void EveryWordHasARelayThatEarnsIt()
    {
        IEnumerable<object?> earned = typeof(FaultyRelayTests).GetMethods()
            .SelectMany(m => m.GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>().SelectMany(d => d.GetData(m))).SelectMany(d => d);
        Assert.Empty(Enum.GetNames<PathEffect>().Except(earned.OfType<string>()).Except([nameof(PathEffect.Preserved), nameof(PathEffect.Cut), nameof(PathEffect.Stalled)]));
    }

    private static CheckResult Of(PathReport result, CheckKind check) => result.Findings.Single(f => f.Check == check);

    private static CheckResult Aborts(PathReport result, string side) => Of(result, side == "client" ? CheckKind.ClientReset : CheckKind.ServerReset);

    private static void Are(PathReport result, FirstCloser first, params string[] words) =>
        Assert.Equal(words, result.Findings.Where(f => f.First == first && f.Hold is not null).Select(f => $"{f.Effect}"));

    private async Task<PathReport> ThroughAsync(Fault clientToServer, Fault serverToClient, TimeSpan? timeout = null)
    {
        TimeSpan After(Fault fault) => fault is Fault.CutAfterFin or Fault.GoSilentAfterFin ? Cut : fault == Fault.LateFin ? LateBy : TimeSpan.Zero;
        await using RunningServer server = await RunningServer.StartAsync();
        await using var relay = new FaultyRelay(server.EndPoint, clientToServer, serverToClient, After(clientToServer) + After(serverToClient));
        var options = new PathCheckOptions { Port = relay.Port, Holds = Holds, Timeout = timeout ?? TimeSpan.FromSeconds(1) };
        PathReport result = await new PathCheckRunner(options, _ => { }).RunAsync(CancellationToken.None).Judged();
        _latestCut = relay.LatestCut;
        return result;
    }
}
