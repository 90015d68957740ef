using PathCheck;
using PathCheck.Checks;
using PathCheck.Reporting;
using PathCheck.Running;

namespace TcpDemo.Tests.PathCheck.Relays;

/// <summary>Runs some checks of PathCheck through a relay with a fault.</summary>
internal static class ThroughRelay
{
    /// <summary>Long enough for a busy machine.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(8);

    /// <summary>Runs the checks with these keys.</summary>
    public static async Task<PathReport> RunAsync(
        string keys, string toServer, string toClient, params TimeSpan[] holds)
    {
        // For two of the faults the time-out is short. With silent-after, a search waits for the time-out repeatedly.
        // With delay-fin, the FIN must arrive after the time-out.
        string faults = $"{toServer} {toClient}";
        bool isShort = faults.Contains("silent-after", StringComparison.Ordinal)
            || faults.Contains("delay-fin", StringComparison.Ordinal);
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        await using var relay = new FaultyRelay(server.EndPoint, toServer, toClient);
        return await RunAsync(keys, relay.Port, isShort ? TimeSpan.FromSeconds(3) : Usual, holds);
    }

    /// <summary>Runs these checks through the relay or far end on this port.</summary>
    public static Task<PathReport> RunAsync(string keys, int port, params TimeSpan[] holds) =>
        RunAsync(keys, port, Usual, holds);

    private static Task<PathReport> RunAsync(string keys, int port, TimeSpan timeout, TimeSpan[] holds) =>
        new PathCheckRunner(Options(port, holds) with { Timeout = timeout }, _ => { },
            [.. CheckTable.All.Where(c => keys.Split(' ').Contains(c.Key))])
            .RunAsync(CancellationToken.None).Judged();

    /// <summary>The row of this check with the longest silence.</summary>
    public static CheckResult Row(this PathReport report, string key) =>
        report.Results.Where(r => r.Check.Key == key).MaxBy(r => r.Hold)!;

    /// <summary>Asserts the effect of a row.</summary>
    public static void Is(this PathReport report, string key, string effect) =>
        Assert.True(effect == report.Row(key).Effect.Key, $"expected {effect} for {key}:\n{Report.Of(report)}");

    private static PathCheckOptions Options(int port, TimeSpan[] holds) => new()
    {
        Port = port,
        Holds = holds.Length == 0 ? [TimeSpan.Zero] : holds,
        IsHoldGiven = holds.Length > 0,
    };
}
