using System.Net;
using SideBySide.Timeline;
using TcpClose.Events;
using Xunit.Abstractions;

namespace TcpDemo.Tests.Endurance.Attack;

/// <summary>
/// Thousands of hostile clients attack a server. The p99 of its ordinary clients is at most twice as long as at a
/// server that is not attacked. Each limit in <c>--help</c> takes effect and logs its event.
/// </summary>
[Collection(nameof(NonParallel))]
[Trait("Tier", "Long")]
public sealed class AttackTests(ITestOutputHelper output)
{
    private const int Rounds = 3, Beyond = 50, ResetsPerSecond = 500;
    private const double MaxRatio = 2;

    private static readonly int Each = EnduranceLevel.Of(500, 2_000), Resets = EnduranceLevel.Of(2_000, 10_000);
    private static readonly Duration Idle = new(EnduranceLevel.Of(TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(60)));

    [EnduranceFact]
    public async Task OrdinaryClientsAreServedAndEveryLimitTakesEffect()
    {
        // The machine's other work may slow down some rounds, so one good round is enough.
        var results = new List<string>();
        while (results.Count < Rounds)
        {
            (double? ratio, string result) = await RoundAsync();
            if (ratio <= MaxRatio) return;
            results.Add(result);
        }

        Assert.Fail($"in none of {Rounds} rounds was the p99 of the ordinary clients at most {MaxRatio} times that of "
            + $"a server that is not attacked: {string.Join("; ", results)}");
    }

    // Returns the ratio, or null if the round is inconclusive.
    private async Task<(double? Ratio, string Result)> RoundAsync()
    {
        string[] arguments = ["--think", "0", "--log-level", "warning", "--idle-timeout", $"{Idle}",
            "--max-connections", $"{(3 * Each) + Beyond}"];
        await using ServerConsole server = await ServerConsole.StartAsync(null, arguments),
            calm = await ServerConsole.StartAsync(null, arguments);
        var bystanders = new Bystanders(server.Port, calm.Port);
        await bystanders.WarmUpAsync();
        Bystanders.P99 before = await bystanders.MeasureAsync();

        var address = new IPEndPoint(IPAddress.Loopback, server.Port);
        await using Attackers attackers = await Attackers.BeginAsync(address, Each);
        await FillUpAsync(server, address);

        // Clients reset their connections only during the second measurement.
        Bystanders.P99 standing = await bystanders.MeasureAsync();
        attackers.BeginResets(ResetsPerSecond);
        Bystanders.P99 during = await bystanders.MeasureAsync(isDone: () => attackers.Resets >= Resets);
        bool all = !Texts(server, "Cause").Any();
        await attackers.PauseAsync();

        // --idle-timeout: each client that is silent or does not read is aborted.
        await EnduranceLevel.TrueAsync(() => Texts(server, "Cause").Count() == 3 * Each,
            () => $"{Texts(server, "Cause").Count()} were aborted");
        Assert.Equal((2 * Each, Each),
            (Texts(server, "Cause").Count(c => c == $"client silent for {Idle} (--idle-timeout)"),
                Texts(server, "Cause").Count(c => c == $"client did not read for {Idle} (--idle-timeout)")));
        Assert.Contains(Texts(server, "Sentence"), n => n.StartsWith("accepting resumed: ", StringComparison.Ordinal));
        await ProcessMetrics.NoConnectionAsync(server.Port);
        output.Row(
            $"{Each:N0} silent clients, {Each:N0} that never read, {Each:N0} that send a byte a second; later also "
                + $"{attackers.Resets:N0} clients that reset, and {Each:N0} connections reset in the backlog",
            "p99 of the other clients at the attacked server, and at one that is not attacked: before the attack "
                + $"{before}, with attackers that stay connected {standing}, with resets {during}",
            $"{3 * Each:N0} aborted by --idle-timeout and 1 pause by --max-connections, each with its event; "
                + $"{attackers.Dripped:N0} single bytes echoed");
        if (!all) return (null, "too slow: the first attackers had already been aborted");
        if (before.Ratio is > MaxRatio or < 1 / MaxRatio) return (null, $"{before} before the attack");
        return (Math.Max(standing.Ratio, during.Ratio), $"{standing}, {during}");
    }

    // --max-connections: at the maximum, the server pauses accepting, and logs that once. Further connections wait in
    // the backlog, where some are reset. The others are served later.
    private static async Task FillUpAsync(ServerConsole server, IPEndPoint address)
    {
        using ClientPool beyond = await ClientPool.ConnectAsync(address, 2 * Beyond);
        string pauses = $"accepting paused: {(3 * Each) + Beyond} connections (--max-connections)";
        await Eventually.BecomesTrueAsync(() => Texts(server, "Sentence").Contains(pauses),
            () => string.Join(", ", Texts(server, "Sentence")));
        using (ClientPool inBacklog = await ClientPool.ConnectAsync(address, Each)) inBacklog.Each(c => c.Abort());
        Assert.All(await beyond.EachAsync((c, _) => c.EchoAsync("me too"u8.ToArray())).InTime(),
            e => Assert.Equal("me too"u8.ToArray(), e));
        Assert.Single(Texts(server, "Sentence"), pauses);
    }

    private static IEnumerable<string> Texts(ServerConsole server, string property) =>
        server.Events.Select(e => e.Get<string>(property)).OfType<string>();
}
