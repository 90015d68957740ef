using System.Collections.Concurrent;
using System.Diagnostics;
using EchoClient;
using TcpClose;
using Xunit.Abstractions;

namespace TcpDemo.Tests.Endurance;

/// <summary>SIGTERM under load: each connection is finished whole, or the client says that it was reset; and the server ends in its named time.</summary>
[Collection(nameof(Alone))]
public sealed class StopUnderLoadTests(ITestOutputHelper output)
{
    private const int Clients = 100;
    private const string Whole = "whole", Reset = "reset", Refused = "refused", ResetInConnect = "reset while connecting";
    private static readonly int Rounds = Extent.Of(2, 50);
    private static readonly TimeSpan Grace = new EchoServer.ServerOptions().Grace, Allowance = TimeSpan.FromSeconds(2), LastResort = TimeSpan.FromSeconds(12);

    [EnduranceFact]
    public async Task EachConnectionIsWholeOrIsToldApart()
    {
        var ends = new ConcurrentDictionary<string, int>();
        var took = new List<TimeSpan>();
        for (int round = 0; round < Rounds; round++)
        {
            // One signal: no end of standard input, which ServerConsole would use.
            await using ShellServer server = await ShellServer.StartAsync("exec EchoServer --think 10ms --log-level warning");
            int begun = 0;
            Task clients = Task.WhenAll(Enumerable.Range(0, Clients).Select(i => RunUntilTheEndAsync(server.EndPoint.Port, i, () => Interlocked.Increment(ref begun), ends)));
            await Until.TrueAsync(() => Volatile.Read(ref begun) > 3 * Clients);

            long asked = Stopwatch.GetTimestamp();
            Programs.Result end = await server.StopAsync();
            took.Add(Stopwatch.GetElapsedTime(asked));
            Assert.Equal((0, ""), (end.ExitCode, end.Errors));
            await clients.InTime();
        }

        // A busy machine may take longer in one round, not in all; and nobody had to be ended by force.
        Assert.True(took.Min() < Grace + Allowance && took.Max() < LastResort, $"{string.Join(", ", took)} for a grace of {Grace}");

        // Some of each: those that asked for a hold of a minute cannot be finished in 5 s.
        Assert.Empty(ends.Keys.Except([Whole, Reset, Refused, ResetInConnect]));
        Assert.Equal(3, ends.Keys.Except([ResetInConnect]).Count());
        output.Row(
            $"SIGTERM under {Clients} clients, {Rounds} times",
            $"{string.Join(", ", ends.OrderBy(e => e.Key).Select(e => $"{e.Value:N0} {e.Key}"))}; no other end",
            $"ended {took.Min().TotalSeconds:0.00} to {took.Max().TotalSeconds:0.00} s after the signal");
    }

    // One connection after the other, until there is no server any more. Every fourth client is one that waits for long.
    private static async Task RunUntilTheEndAsync(int port, int client, Action begin, ConcurrentDictionary<string, int> ends)
    {
        ClientOptions options = client % 4 == 0
            ? new ClientOptions { Port = port, Scenario = "late-data", Hold = client % 8 == 0 ? TimeSpan.FromMinutes(1) : TimeSpan.FromMilliseconds(20) }
            : new ClientOptions { Port = port, Bytes = client % 4 == 1 ? 1024 * 1024 : 1024 * client };
        for (string end = ""; end is not (Refused or ResetInConnect);)
        {
            begin();
            end = await EndAsync(options);
            ends.AddOrUpdate(end, 1, (_, count) => count + 1);
        }
    }

    private static async Task<string> EndAsync(ClientOptions options)
    {
        var log = new CollectingSink(Serilog.Events.LogEventLevel.Warning);
        try
        {
            int code = await new EchoRun(options, log.Logger).RunAsync(CancellationToken.None).InTime();
            string sentence = SideBySide.EventLine.Get<string>(log.Events[^1], "Sentence")!;
            if (code == ExitCode.Fine) return Whole;
            return code == ExitCode.NotAsItShouldBe && sentence.StartsWith("reset by the server", StringComparison.Ordinal) ? Reset : $"{code}, {sentence}";
        }
        catch (CannotRunException e)
        {
            // The listener was closed before the handshake, or between the handshake and the end of Connect.
            return e.Message.StartsWith("nothing listens on", StringComparison.Ordinal) ? Refused
                : e.Message.Contains("reset", StringComparison.OrdinalIgnoreCase) ? ResetInConnect : e.Message;
        }
    }
}
