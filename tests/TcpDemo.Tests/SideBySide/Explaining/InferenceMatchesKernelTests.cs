using System.Text.Json.Nodes;
using SideBySide.Captures;
using SideBySide.Explaining;
using SideBySide.Explaining.Resets;
using SideBySide.Faults;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Scenarios;

namespace TcpDemo.Tests.SideBySide.Explaining;

/// <summary>
/// In every scenario and for every lost segment, the states that are inferred from the capture alone match the kernel's
/// trace.
/// </summary>
[Trait("Tier", "Long")]
public sealed class InferenceMatchesKernelTests
{
    public static TheoryData<string> Scenarios => [.. ScenarioTable.All.Select(s => s.Name)];

    public static TheoryData<string> Losses => [.. DropOption.Names];

    [ConditionalTheory(Needs.KernelTrace | Needs.PacketCapture | Needs.NetworkNamespace, "tshark", "editcap")]
    [MemberData(nameof(Scenarios))]
    public Task InEveryScenario(string scenario) => CompareAsync("--scenario", scenario);

    [ConditionalTheory(Needs.KernelTrace | Needs.PacketCapture | Needs.NetworkNamespace, "tshark", "nft")]
    [MemberData(nameof(Losses))]
    public Task ForEveryLostSegment(string loss) => CompareAsync("--lose", loss);

    // The causes of a RST that these captures can prove, each with the kernel's possible reasons.
    private static readonly Dictionary<ResetKind, string[]> Reasons = new()
    {
        [ResetKind.Refused] = ["NO_SOCKET"],
        [ResetKind.UnreadData] = ["TCP_ABORT_ON_CLOSE"],
        [ResetKind.Linger0] = ["TCP_STATE"],
        [ResetKind.DataAfterClose] = ["TCP_TIMEWAIT_SOCKET", "TCP_ABORT_ON_DATA", "NO_SOCKET"],
    };

    private static async Task CompareAsync(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        string capture = folder / "run.pcapng", timeline = folder / "run.json";
        Programs.Result run = await Programs.RunAsync(Programs.Ours("SideBySide"),
            ["--port", "0", "--capture", capture, "--timeline", timeline, .. arguments]);
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        CaptureContents contents = await CaptureFile.ReadAsync(capture, null, CancellationToken.None).WithTimeout();
        ConnectionFacts facts = new(Assert.Single(contents.Connections));
        JsonArray events = JsonNode.Parse(await File.ReadAllTextAsync(timeline))!.AsArray();
        foreach (Side side in (Side[])[Side.Client, Side.Server])
        {
            Assert.Equal(
                events.Where(e => e!["state"] is not null && $"{e["side"]}" == side.Name()).Select(e
                    => $"{e!["state"]}"),
                facts.States.Where(s => s.Side == side).Select(s => StateNames.Name(s.State)));
        }

        // On the wire an abort with linger 0 can look like a close with unread data; then the cause is not certain.
        JsonNode?[] resets = [.. events.Where(e => $"{e!["flags"]}".Contains("RST", StringComparison.Ordinal))];
        Assert.Equal(resets.Length, facts.Resets.Count);
        foreach ((CapturedReset reset, JsonNode? traced) in facts.Resets.Zip(resets))
            if (reset.IsCertain) Assert.Contains($"{traced!["resetReason"]}", Reasons[reset.Kind]);
    }
}
