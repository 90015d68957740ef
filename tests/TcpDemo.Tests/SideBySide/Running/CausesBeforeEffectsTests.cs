using System.Text.RegularExpressions;
using TcpClose.Events;
using TcpClose.Scenarios;

namespace TcpDemo.Tests.SideBySide.Running;

/// <summary>Each cause is printed above its effect. The picture has the same order of calls.</summary>
[Trait("Tier", "Long")]
public sealed partial class CausesBeforeEffectsTests
{
    // How the picture names the calls that occur once on a side.
    private static readonly Dictionary<ClosePhase, string> Once = new()
    {
        [ClosePhase.Connecting] = "Connect",
        [ClosePhase.Connected] = "connected",
        [ClosePhase.Accepted] = "Accept",
        [ClosePhase.FinQueued] = "Shutdown(Send)",
        [ClosePhase.FinRead] = "Receive: 0",
        [ClosePhase.ResetReceived] = "reset",
        [ClosePhase.Aborted] = "abort",
        [ClosePhase.SocketClosed] = "Close",
    };

    private static readonly (ClosePhase Effect, ClosePhase[] Causes)[] Rules =
    [
        (ClosePhase.Accepted, [ClosePhase.Connected]), (ClosePhase.Received, [ClosePhase.Sent]),
        (ClosePhase.FinRead, [ClosePhase.FinQueued, ClosePhase.SocketClosed]),
        (ClosePhase.ResetReceived, [ClosePhase.Aborted, ClosePhase.SocketClosed]),
    ];

    public static TheoryData<string> Names => [.. ScenarioTable.All.Where(s => s.HasServer).Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task TheListAndThePictureAgree(string scenario)
    {
        Programs.Result run = await Programs.RunAsync(Programs.Ours("SideBySide"),
            ["--port", "0", "--scenario", scenario]);
        Assert.Equal(("", 0), (run.Errors, run.ExitCode));
        string[] parts = run.Output.ReplaceLineEndings("\n").Split("\n\n");
        (string Side, ClosePhase Phase)[] list = [.. ListLine().Matches(parts[0])
            .Where(m => Enum.TryParse<ClosePhase>(m.Groups["phase"].Value, out _))
            .Select(m => (m.Groups["side"].Value, Enum.Parse<ClosePhase>(m.Groups["phase"].Value)))];

        foreach ((ClosePhase effect, ClosePhase[] causes) in Rules)
            foreach (string side in (string[])["client", "server"])
            {
                int at = Array.IndexOf(list, (side, effect));
                Assert.True(at < 0 || list.Take(at).Any(e => e.Side != side && causes.Contains(e.Phase)),
                    $"{side} {effect} has no cause above it in {scenario}:\n{parts[0]}");
            }

        Assert.Equal(list.Where(e => Once.ContainsKey(e.Phase)).Select(e => $"{e.Side} {Once[e.Phase]}"),
            ParsedLadder.Calls(parts[1]).Select(c => FailedCall().Replace(c, "reset"))
                .Where(c => Once.ContainsValue(c.Split(' ', 2)[1])));
    }

    // A picture also names the call that failed.
    [GeneratedRegex("Receive: reset|Send: reset|reset found")]
    private static partial Regex FailedCall();

    [GeneratedRegex(@"^[\d ]{5} (?<side>client|server) +[A-Z0-9-]+ +(?<phase>\w+) ", RegexOptions.Multiline)]
    private static partial Regex ListLine();
}
