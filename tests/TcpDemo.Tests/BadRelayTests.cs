using EchoClient.Verdict;

namespace TcpDemo.Tests;

/// <summary>Every word of the verdict is earned by a relay that does just that, in either direction.</summary>
[Trait("Tier", "Long")]
public sealed class BadRelayTests
{
    private static readonly TimeSpan[] Holds = [TimeSpan.Zero, TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(1.5)];
    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(0.6), Near = TimeSpan.FromSeconds(0.06), LateBy = TimeSpan.FromSeconds(3);

    private TimeSpan _latestCut;

    [Fact]
    public async Task AGoodRelayPreservesAll()
    {
        Result result = await ThroughAsync(Fault.None, Fault.None);
        Assert.All(result.Findings, f => Assert.Equal((f.Check, Word.Preserved), (f.Check, f.Word)));
        Assert.Equal(0, result.ExitCode);
    }

    [Theory]
    [InlineData(nameof(Fault.FullCloseOnFin), nameof(Word.FullClose))]
    [InlineData(nameof(Fault.SwallowFin), nameof(Word.NotForwarded))]
    [InlineData(nameof(Fault.ResetForFin), nameof(Word.FinBecameReset))]
    public async Task WhatItDoesToTheClientsFinIsNamed(string fault, string word)
    {
        Result result = await ThroughAsync(Enum.Parse<Fault>(fault), Fault.None);
        Are(result, First.Client, word, word, word);
        Assert.Equal(word, $"{result.Findings.Single(f => f.Hold is null && f.First == First.Client).Word}");
        Assert.Equal(2, result.ExitCode);

        // Who closes both directions passes on what came before.
        if (word == nameof(Word.FullClose)) return;
        Assert.Equal((word, null), ($"{Of(result, Check.EndOfStream).Word}", Of(result, Check.EndOfStream).Gap));
        Assert.Equal(word, $"{Of(result, Check.FinAlone).Word}");
    }

    [Theory]
    [InlineData(nameof(Fault.FullCloseOnFin), nameof(Word.FullClose))]
    [InlineData(nameof(Fault.SwallowFin), nameof(Word.NotForwarded))]
    [InlineData(nameof(Fault.ResetForFin), nameof(Word.FinBecameReset))]
    public async Task WhatItDoesToTheServersFinIsNamed(string fault, string word)
    {
        Result result = await ThroughAsync(Fault.None, Enum.Parse<Fault>(fault));
        Are(result, First.Server, word, word, word);
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
        Result result = await ThroughAsync(ofTheClient ? bad : Fault.None, ofTheClient ? Fault.None : bad);
        Are(result, ofTheClient ? First.Client : First.Server, nameof(Word.Preserved), nameof(Word.Preserved), nameof(Word.Cut));
        Are(result, ofTheClient ? First.Server : First.Client, nameof(Word.Preserved), nameof(Word.Preserved), nameof(Word.Preserved));
        Assert.InRange(result.Findings.Single(f => f.Word == Word.Cut).CutAfter!.Value, Cut - Near, _latestCut + Near);
        Assert.Equal(2, result.ExitCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AFinThatIsHeldBackIsLateAndPreserved(bool ofTheClient)
    {
        Result result = await ThroughAsync(ofTheClient ? Fault.LateFin : Fault.None, ofTheClient ? Fault.None : Fault.LateFin, timeout: 3 * LateBy);
        Assert.All(result.Findings, f => Assert.Equal((f.Check, f.Hold, Word.Preserved), (f.Check, f.Hold, f.Word)));

        // How late, the server's own clock says.
        Finding end = Of(result, Check.EndOfStream);
        Assert.Matches(ofTheClient ? @"^([3-8]|2[.]9)[.0-9]* s behind the last byte$" : @"^[0-9]{1,3}\.[0-9] ms behind the last byte$", end.Seen);
        // The kernel counts it in ticks, of up to 10 ms, and begins and ends within one.
        Assert.InRange(end.Gap!.Value, ofTheClient ? LateBy - (2 * Precision.Grain) : TimeSpan.Zero, ofTheClient ? 3 * LateBy : LateBy);
    }

    [Theory]
    [InlineData(nameof(Fault.DropTheLast), nameof(Word.LostSilently))]
    [InlineData(nameof(Fault.FlipAByte), nameof(Word.Altered))]
    public async Task DamageToTheReplyIsNamed(string fault, string word)
    {
        Result result = await ThroughAsync(Fault.None, Enum.Parse<Fault>(fault));
        Are(result, First.Client, word, word, word);
        Are(result, First.Server, nameof(Word.Preserved), nameof(Word.Preserved), nameof(Word.Preserved));
        Assert.Equal(word, $"{result.Findings.Single(f => f.Hold is null && f.First == First.Client).Word}");
    }

    [Theory]
    [InlineData(nameof(Fault.DropTheLast), nameof(Word.LostSilently))]
    [InlineData(nameof(Fault.FlipAByte), nameof(Word.Altered))]
    public async Task DamageToTheUploadIsNamed(string fault, string word)
    {
        Result result = await ThroughAsync(Enum.Parse<Fault>(fault), Fault.None);
        Are(result, First.Server, word, word, word);
        Are(result, First.Client, nameof(Word.Preserved), nameof(Word.Preserved), nameof(Word.Preserved));
        Assert.Equal(word, $"{Of(result, Check.EndOfStream).Word}");
    }

    [Theory]
    [InlineData(nameof(Fault.FinForReset), nameof(Word.ResetBecameFin), true)]
    [InlineData(nameof(Fault.FinForReset), nameof(Word.ResetBecameFin), false)]
    [InlineData(nameof(Fault.SwallowReset), nameof(Word.ResetNotForwarded), true)]
    [InlineData(nameof(Fault.SwallowReset), nameof(Word.ResetNotForwarded), false)]
    public async Task WhatItDoesToAResetIsARemarkAndAFaultOnlyForTheStrict(string fault, string word, bool ofTheClient)
    {
        Fault bad = Enum.Parse<Fault>(fault);
        Result result = await ThroughAsync(ofTheClient ? bad : Fault.None, ofTheClient ? Fault.None : bad);
        Assert.Equal(Enum.Parse<Word>(word), Aborts(result, ofTheClient ? "client" : "server").Word);
        Assert.Equal(Word.Preserved, Aborts(result, ofTheClient ? "server" : "client").Word);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(2, (result with { Options = result.Options with { Strict = true } }).ExitCode);
    }

    [Fact]
    public void EveryWordHasARelayThatEarnsIt()
    {
        IEnumerable<object?> earned = typeof(BadRelayTests).GetMethods()
            .SelectMany(m => m.GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>().SelectMany(d => d.GetData(m))).SelectMany(d => d);
        Assert.Empty(Enum.GetNames<Word>().Except(earned.OfType<string>()).Except([nameof(Word.Preserved), nameof(Word.Cut), nameof(Word.StoodStill)]));
    }

    private static Finding Of(Result result, Check check) => result.Findings.Single(f => f.Check == check);

    private static Finding Aborts(Result result, string side) => Of(result, side == "client" ? Check.ClientReset : Check.ServerReset);

    private static void Are(Result result, First first, params string[] words) =>
        Assert.Equal(words, result.Findings.Where(f => f.First == first && f.Hold is not null).Select(f => $"{f.Word}"));

    private async Task<Result> ThroughAsync(Fault clientToServer, Fault serverToClient, TimeSpan? timeout = null)
    {
        TimeSpan After(Fault fault) => fault is Fault.CutAfterFin or Fault.GoSilentAfterFin ? Cut : fault == Fault.LateFin ? LateBy : TimeSpan.Zero;
        await using RunningServer server = await RunningServer.StartAsync();
        await using var relay = new BadRelay(server.EndPoint, clientToServer, serverToClient, After(clientToServer) + After(serverToClient));
        var options = new VerdictOptions { Port = relay.Port, Holds = Holds, Timeout = timeout ?? TimeSpan.FromSeconds(1) };
        Result result = await new VerdictRun(options, _ => { }).RunAsync(CancellationToken.None).Judged();
        _latestCut = relay.LatestCut;
        return result;
    }
}
