using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using SideBySide.Timeline;
using Xunit.Abstractions;

namespace TcpDemo.Tests.Endurance;

/// <summary>
/// SIGKILL at a random moment: the kernel closes the connections, and the other side reports the correct result.
/// </summary>
[Trait("Tier", "Long")]
public sealed partial class KilledProcessTests(ITestOutputHelper output)
{
    private const int SigKill = 9, Seed = 9293, Latest = 500;
    private const string Finished = "had finished with every byte", NotConnected = "had not connected",
        ResetInConnect = "reset while connecting", Reset = "reset by the server",
        EarlyFin = "received a FIN before the whole echo";
    private static readonly int Times = EnduranceLevel.Of(10, 200);

    [EnduranceFact(Needs.Linux, "kill")]
    public async Task TheClientOfAKilledServerReportsWhatIsMissingAndExitsWith2()
    {
        var random = new Random(Seed);
        var outcomes = new List<string>();
        for (int i = 0; i < Times; i++)
        {
            await using ServerConsole server = await ServerConsole.StartAsync(null);
            await using ClientConsole client = new(server.Port, null, "--bytes", AnyBytes(random));
            await AnyMomentAsync(client, random);
            Programs.Signal(server.Id, SigKill);
            outcomes.Add(Describe(await client.EndAsync(), client.Phases));
        }

        Assert.Equal("",
            string.Join('\n', outcomes.Except([Finished, NotConnected, ResetInConnect, Reset, EarlyFin])));
        Assert.Contains(Reset, outcomes);
        WriteRow("server", outcomes);
    }

    [EnduranceFact(Needs.Linux, "kill")]
    public async Task TheServerOfAKilledClientLogsItAndServesTheNext()
    {
        var random = new Random(Seed);
        var outcomes = new List<string>();
        await using ServerConsole server = await ServerConsole.StartAsync(null);
        for (int i = 0; i < Times; i++)
        {
            int before = server.Events.Count;
            await using ClientConsole client = new(server.Port, null, "--bytes", AnyBytes(random));
            await AnyMomentAsync(client, random);
            Programs.Signal(client.Id, SigKill);
            await client.EndAsync();
            int next = await EchoAsync(server.Port);

            // Wait until the log shows the close of the next client and, if it connected, of the killed one.
            Dictionary<int, List<string?>> logged = [];
            await Eventually.BecomesTrueAsync(() =>
            {
                logged = server.Events.Skip(before).GroupBy(e => e.Get<int>("Connection")).ToDictionary(g => g.Key,
                    g => g.Select(e => e.Get<string>("Phase")).ToList());
                return logged.ContainsKey(next) && logged.Values.All(phases => phases is [.., "SocketClosed"]);
            }, () => string.Join("; ", logged.Select(s => $"{s.Key}: {string.Join(", ", s.Value)}")));
            Assert.DoesNotContain("ResetReceived", logged[next]);
            Assert.InRange(logged.Count, 1, 2);
            outcomes.Add(logged.Values.Where((_, c) => logged.Keys.ElementAt(c) != next)
                .SingleOrDefault() is not { } phases ? NotConnected
                : phases.Contains("ResetReceived") ? "ResetReceived" : phases.Contains("FinRead") ? "FinRead"
                : string.Join(", ", phases));
        }

        Assert.Equal("", string.Join('\n', outcomes.Except([NotConnected, "ResetReceived", "FinRead"])));
        Assert.Contains("ResetReceived", outcomes);
        Assert.Equal(0, (await server.StopAsync()).ExitCode);
        WriteRow("client", outcomes);
    }

    // Waits a random time. The time usually begins when the client has connected, because connecting may take long.
    private static async Task AnyMomentAsync(ClientConsole client, Random random)
    {
        if (random.Next(4) > 0) await client.PortAsync();
        await Task.Delay(random.Next(Latest));
    }

    // A short run, or a transfer that is probably in progress when the signal arrives.
    private static string AnyBytes(Random random) => random.Next(2) == 0 ? "13" : "256MiB";

    // The kernel of a killed server sends a RST if bytes were unread, and otherwise a FIN.
    private static string Describe(ClientConsole.Result end, IReadOnlyList<string> phases) => end switch
    {
        { ExitCode: 0, Errors: "" } => Finished,
        { ExitCode: 1 } when end.Errors.StartsWith("EchoClient: nothing listens on", StringComparison.Ordinal)
            && !phases.Contains("Connected") => NotConnected,
        { ExitCode: 1 } when end.Errors.Contains("reset", StringComparison.OrdinalIgnoreCase)
            && !phases.Contains("Connected") => ResetInConnect,
        { ExitCode: 2, Errors: "" } when Short().Match(end.Verdict!) is { Success: true } match =>
            match.Groups["how"].Value == Reset ? Reset : EarlyFin,
        _ => end.ToString(),
    };

    private static async Task<int> EchoAsync(int port)
    {
        using Socket socket = await Pair.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        Assert.Equal("next"u8.ToArray(), await socket.EchoAsync("next"u8.ToArray()).WithTimeout());
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private void WriteRow(string killed, List<string> outcomes) =>
        output.Row(
            $"SIGKILL of the {killed}, {Times} times, at a random moment, less than {Latest} ms after the client had "
                + $"connected (in a quarter of the runs: after the client had been started), seed {Seed}",
            $"the other side: {string.Join(", ", outcomes.CountBy(w => w).Select(w => $"{w.Value} {w.Key}"))}",
            killed == "server" ? "each client ended by itself" : "the server ended each connection by itself");

    [GeneratedRegex("^(?<how>reset by the server|closed normally); echo short: ")]
    private static partial Regex Short();
}
