using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;
using SideBySide.Drawing;
using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Events;
using TcpClose.Scenarios;

namespace TcpDemo.Tests.SideBySide.Drawing;

/// <summary>
/// The picture of every scenario matches independent sources: its segments match a capture by dumpcap, and its states
/// match a kernel trace.
/// </summary>
[Trait("Tier", "Long")]
public sealed class DrawingMatchesCaptureAndTraceTests
{
    private const int Runs = 2;

    public static TheoryData<string> Names => [.. ScenarioTable.All.Select(s => s.Name)];

    [ConditionalTheory(Needs.KernelTrace | Needs.PacketCapture | Needs.NetworkNamespace)]
    [MemberData(nameof(Names))]
    public async Task ThePictureMatchesTheCaptureAndTheTrace(string name)
    {
        using TemporaryFolder folder = new();
        for (int i = 0; i < Runs; i++)
        {
            using var reserved = new ReservedPort();
            int port = reserved.Number;
            using KernelTrace trace = KernelTrace.Start(port);
            Programs.Result run = await RunAsync("--port", $"{port}", "--scenario", name, "--capture",
                folder / "run.pcapng");
            Assert.Equal(("", 0), (run.Errors, run.ExitCode));
            ParsedLadder drawn = ParsedLadder.FromOutput(run.Output);

            // The picture has every captured frame, in order.
            Programs.Result frames = await Programs.RunAsync("tshark",
                ["-r", folder / "run.pcapng", "-n", "-T", "fields",
                    .. Segment.Fields.SelectMany(f => (string[])["-e", f])]);
            Segment[] wire = [.. frames.Lines.Select(Segment.Parse).OfType<Segment>()];
            Assert.Equal(
                wire.Select(s => $"{(s.ToPort == port ? Side.Client : Side.Server)} "
                    + $"{LadderText.Label(new SegmentEvent(0, Side.Client, s, false))}"), drawn.Labels);

            // The picture shows one of the forms in the scenario table.
            CloseSequence form = drawn.FormsOf(ScenarioTable.Find(name)).First();

            // The kernel trace has the states of that form, in order.
            int client = wire[0].FromPort;
            IReadOnlyList<SocketHistory> histories = trace.Read();
            Assert.Equal(histories.Single(h => h.RemotePort == port && h.LocalPort == client).Path,
                form.TraceOf(Side.Client));
            Assert.Equal(histories.SingleOrDefault(h => h.LocalPort == port && h.RemotePort == client)?.Path ?? "",
                form.TraceOf(Side.Server));
        }
    }

    [ConditionalTheory(Needs.KernelTrace | Needs.PacketCapture | Needs.NetworkNamespace, FaultLab.Nft)]
    [InlineData("syn", 1)]
    [InlineData("syn-ack", 1)]
    [InlineData("ack", 1)]
    [InlineData("data", 2)]
    [InlineData("server-data", 1)]
    [InlineData("fin", 2)]
    [InlineData("server-fin", 1)]
    [InlineData("last-ack", 3)]
    public async Task LostAndRetransmittedSegmentsAreDrawn(string segment, int times)
    {
        Programs.Result run = await RunAsync("--port", "0", "--lose", times == 1 ? segment : $"{segment}:{times}");
        Assert.Equal(("", 0), (run.Errors, run.ExitCode));
        Assert.Equal(times, run.Lines.Count(l => l.Contains('✗')));
        // A lost SYN ACK also makes the client repeat its SYN.
        Assert.InRange(run.Lines.Count(l => l.Contains('╌')), segment == "ack" ? 0 : times, times + 2);
        Assert.DoesNotContain("WRONG", run.Output, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.KernelTrace | Needs.PacketCapture)]
    public async Task ThePictureTheCaptureAndTheTimelineAreWrittenToFiles()
    {
        using TemporaryFolder folder = new();
        Programs.Result run = await RunAsync("--port", "0", "--svg", folder / "a.svg", "--capture", folder / "a.pcapng",
            "--timeline", folder / "a.json", "--mermaid", folder / "a.mmd");
        Assert.Equal(("", 0), (run.Errors, run.ExitCode));
        ParsedLadder drawn = ParsedLadder.FromOutput(run.Output);

        ParsedLadder svg = ParsedLadder.FromSvg(folder / "a.svg");
        Assert.Equal(drawn.Labels, svg.Labels);
        Assert.Equal(drawn.Client, svg.Client);
        Assert.Equal(drawn.Server, svg.Server);

        string[] arrows = [.. (await File.ReadAllLinesAsync(folder / "a.mmd")).Where(l => l.Contains("->>"))];
        Assert.Equal(drawn.Segments.Select((s, i) => $"    {s.Side}->>{s.Side.Peer()}: {i + 1} {LadderText.Label(s)}"),
            arrows.Select(a => a.Split(" (")[0]));

        JsonElement[] timeline = [.. JsonDocument.Parse(File.ReadAllText(folder / "a.json")).RootElement
            .EnumerateArray()];
        Assert.Equal(11, timeline.Count(m => m.GetProperty("witness").GetString() == "wire"));
        Assert.Equal(drawn.Client.Skip(1),
            timeline.Where(m => m.TryGetProperty("state", out _) && m.GetProperty("side").GetString() == "client")
                .Select(m => m.GetProperty("state").GetString()));

        Programs.Result comments = await Programs.RunAsync("tshark", ["-r", folder / "a.pcapng", "-Y", "frame.comment",
            "-T", "fields", "-e", "frame.number", "-e", "frame.comment"]);
        Assert.Contains(comments.Lines,
            l => l.StartsWith("6\tclient: Shutdown(Send) → FIN queued, FIN-WAIT-1", StringComparison.Ordinal));
        Assert.Contains(comments.Lines,
            l => l.StartsWith("10\tserver: Shutdown(Send) → FIN queued, LAST-ACK", StringComparison.Ordinal));
    }

    [ConditionalFact(Needs.Linux, "setpriv", "cp")]
    public async Task WithoutRootOrANamespaceItDrawsTheStatesThatTheConsolesReadAndReportsWhatIsMissing()
    {
        using TemporaryFolder folder = new();
        await Programs.ShellAsync(
            $"cp -r '{AppContext.BaseDirectory}' '{folder / "bin"}' && chmod -R a+rX '{folder / ""}'");
        Programs.Result run = await Programs.ShellAsync(
            $"{ConditionalFactAttribute.AsOrdinaryUser} env HOME=/tmp "
            + $"PATH='{folder / "nothing"}' '{folder / "bin/SideBySide"}' --port 0");
        Assert.Equal(("", 0), (run.Errors, run.ExitCode));
        Assert.Empty(ParsedLadder.FromOutput(run.Output).Segments);
        Assert.Contains("FIN-WAIT-2", ParsedLadder.FromOutput(run.Output).Client);
        Assert.Matches("note   the states are those that the programs read; the kernel trace needs (root|tracefs)",
            run.Output);
        Assert.Contains("note   no segments; the packet capture needs root, or a network namespace", run.Output,
            StringComparison.Ordinal);
        Assert.Contains("client not compared: no kernel trace", run.Output, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.KernelTrace | Needs.PacketCapture | Needs.NetworkNamespace, FaultLab.Nft)]
    public async Task OtherRunsAndOtherClientsOnThePortAreNotInThePicture()
    {
        using var reserved = new ReservedPort();
        int port = reserved.Number;
        Task<Programs.Result> outside = RunAsync("--port", $"{port}", "--scenario", "late-data");
        Task<Programs.Result>[] inside = [RunAsync("--port", $"{port}", "--lose", "fin"),
            RunAsync("--port", $"{port}", "--lose", "last-ack:2")];

        // Another client connects to the server of the run outside a namespace.
        await Eventually.BecomesTrueAsync(() => IsListening(new IPEndPoint(IPAddress.Loopback, port)));
        using (Socket other = await Pair.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port)))
        {
            await other.SendAsync("other client's 25 bytes..");
            other.Shutdown(SocketShutdown.Send);
            await other.ReadToEndAsync();
        }

        Programs.Result[] runs = [await outside, .. await Task.WhenAll(inside)];
        Assert.All(runs, s => Assert.Equal(("", 0), (s.Errors, s.ExitCode)));
        Assert.DoesNotContain(ParsedLadder.FromOutput(runs[0].Output).Segments, s => s.Segment.Length == 25);
        Assert.Equal([0, 1, 2], runs.Select(s => s.Lines.Count(l => l.Contains('✗'))));
        Assert.All(runs, s => Assert.DoesNotContain("WRONG", s.Output, StringComparison.Ordinal));
    }

    private static bool IsListening(IPEndPoint server) =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Contains(server);

    private static Task<Programs.Result> RunAsync(params string[] arguments) =>
        Programs.RunAsync(Programs.Ours("SideBySide"), arguments);
}
