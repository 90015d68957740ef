using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using EchoClient;
using EchoClient.Running;
using EchoServer;
using SideBySide.Timeline;
using TcpClose.Cli;
using Xunit.Abstractions;

namespace TcpDemo.Tests.Endurance;

/// <summary>
/// SIGTERM under load: each connection is completed, or the client reports a reset. The server exits when its shutdown
/// time-out has expired.
/// </summary>
[Collection(nameof(NonParallel))]
[Trait("Tier", "Long")]
public sealed class StopUnderLoadTests(ITestOutputHelper output)
{
    private const int Clients = 100, HoldersEvery = 8;
    private const string Whole = "complete", Reset = "reset", Refused = "refused",
        ResetInConnect = "reset while connecting";
    private static readonly int Rounds = EnduranceLevel.Of(2, 50),
        Holders = (Clients + HoldersEvery - 1) / HoldersEvery;

    /// <summary>
    /// The server's shutdown time-out, the delay that a busy machine may add, and the time after which the server
    /// forces its exit.
    /// </summary>
    private static readonly TimeSpan ShutdownTimeout = new ServerOptions().ShutdownTimeout,
        Allowance = TimeSpan.FromSeconds(3), LastResort = TimeSpan.FromSeconds(12);

    [EnduranceFact]
    public async Task EachConnectionIsCompletedOrReportedAsReset()
    {
        var all = new Dictionary<string, int>();
        var took = new List<TimeSpan>();
        int aborted = 0;
        for (int round = 0; round < Rounds; round++)
        {
            (IReadOnlyDictionary<string, int> ends, TimeSpan time, int byServer) = await RoundAsync();
            foreach ((string end, int count) in ends) all[end] = all.GetValueOrDefault(end) + count;
            took.Add(time);
            aborted += byServer;
        }

        Assert.InRange(took.Min(), ShutdownTimeout, ShutdownTimeout + Allowance);
        output.Row(
            $"SIGTERM under {Clients} clients, {Rounds} times",
            $"{string.Join(", ", all.OrderBy(e => e.Key).Select(e => $"{e.Value:N0} {e.Key}"))}; no other outcome; "
                + $"the server aborted {aborted:N0}",
            $"ended {took.Min().TotalSeconds:0.00} to {took.Max().TotalSeconds:0.00} s after the signal");
    }

    private static async Task<(IReadOnlyDictionary<string, int> Ends, TimeSpan Took, int Aborted)> RoundAsync()
    {
        // A ShellServer is stopped with one signal, a ServerConsole by the end of its standard input.
        await using ShellServer server =
            await ShellServer.StartAsync("exec EchoServer --think 10ms --log-level warning");
        var ends = new ConcurrentDictionary<string, int>();
        int started = 0;
        Task clients = Task.WhenAll(Enumerable.Range(0, Clients)
            .Select(i => RunUntilTheEndAsync(server.EndPoint.Port, i, () => Interlocked.Increment(ref started), ends)));
        await Eventually.BecomesTrueAsync(() => Volatile.Read(ref started) > 3 * Clients);

        long stoppedAt = Stopwatch.GetTimestamp();
        Programs.Result end = await server.StopAsync();
        TimeSpan took = Stopwatch.GetElapsedTime(stoppedAt);
        Assert.Equal((0, ""), (end.ExitCode, end.Errors));
        await clients.InTime();

        // Connections with a hold of a minute outlast the shutdown time-out and are aborted. The kernel resets the
        // connections in the backlog.
        Assert.Empty(ends.Keys.Except([Whole, Reset, Refused, ResetInConnect]));
        Assert.Equal(started, ends.Values.Sum());
        int aborted = Regex.Count(end.Output, " Aborted ");
        Assert.InRange(aborted, 1, ends.GetValueOrDefault(Reset));
        Assert.True(ends.GetValueOrDefault(Reset) + ends.GetValueOrDefault(ResetInConnect) >= Holders
            && ends.ContainsKey(Whole), string.Join(", ", ends));
        Assert.InRange(took, ShutdownTimeout, LastResort);
        return (ends, took, aborted);
    }

    // Makes one connection after the other until the server no longer listens. Every fourth client requests a hold, and
    // every eighth a hold of a minute.
    private static async Task RunUntilTheEndAsync(int port, int client, Action begin,
        ConcurrentDictionary<string, int> ends)
    {
        ClientOptions options = client % 4 == 0
            ? new ClientOptions
            {
                Port = port,
                Scenario = "late-data",
                Hold = client % HoldersEvery == 0 ? TimeSpan.FromMinutes(1) : TimeSpan.FromMilliseconds(20)
            }
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
            int code = await new ScenarioRunner(options, log.Logger).RunAsync(CancellationToken.None).InTime();
            string sentence = log.Events[^1].Get<string>("Sentence")!;
            if (code == ExitCode.Success) return Whole;
            return code == ExitCode.UnexpectedResult
                && sentence.StartsWith("reset by the server", StringComparison.Ordinal) ? Reset : $"{code}, {sentence}";
        }
        catch (CommandException e)
        {
            // The listener was closed before Connect returned.
            return e.Message.StartsWith("nothing listens on", StringComparison.Ordinal) ? Refused
                : e.Message.Contains("reset", StringComparison.OrdinalIgnoreCase) ? ResetInConnect : e.Message;
        }
    }
}
