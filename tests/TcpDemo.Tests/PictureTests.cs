using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SideBySide;
using TcpClose;

namespace TcpDemo.Tests;

/// <summary>
/// What SideBySide draws is what happened: the order, the flags, the numbers and the states of every scenario's picture are
/// those of a capture and of a kernel trace that it did not make.
/// </summary>
[Collection(nameof(Alone))]
public sealed partial class PictureTests
{
    // TCPDEMO_RUNS=20 for the whole proof, which takes some minutes.
    private static readonly int Runs = int.TryParse(Environment.GetEnvironmentVariable("TCPDEMO_RUNS"), out int runs) ? runs : 2;

    public static TheoryData<string> Names => [.. Scenarios.All.Select(s => s.Name)];

    [NeedsTheory(Needs.KernelTrace | Needs.PacketCapture | Needs.NetworkNamespace)]
    [MemberData(nameof(Names))]
    public async Task ThePictureIsThatOfTheCaptureAndOfTheTrace(string name)
    {
        using TemporaryFolder folder = new();
        for (int run = 0; run < Runs; run++)
        {
            int port = FreePort();
            using KernelTrace trace = KernelTrace.Start(port);
            Programs.Result show = await RunAsync("--port", $"{port}", "--scenario", name, "--capture", folder / "run.pcapng");
            Assert.Equal(("", 0), (show.Errors, show.ExitCode));
            Drawn drawn = Drawn.Read(show.Output);

            // The wire: every frame, in its order.
            Programs.Result frames = await Programs.RunAsync("tshark",
                ["-r", folder / "run.pcapng", "-n", "-T", "fields", .. Segment.Fields.SelectMany(f => (string[])["-e", f])]);
            Segment[] wire = [.. frames.Lines.Select(Segment.Parse).OfType<Segment>()];
            Assert.Equal(wire.Select(s => Label(s, s.ToPort == port)), drawn.Segments);

            // The kernel: every state, in its order. Where the trace ends with CLOSED, TIME-WAIT may have been seen.
            int client = wire[0].FromPort;
            foreach ((IReadOnlyList<string> states, SocketHistory? history) in ((IReadOnlyList<string>, SocketHistory?)[])[
                (drawn.Client, trace.Read().Single(h => h.RemotePort == port)), (drawn.Server, trace.Read().SingleOrDefault(h => h.LocalPort == port && h.RemotePort == client))])
            {
                string path = string.Join(" → ", states);
                Assert.Equal(history?.Path ?? "", path.EndsWith("TIME-WAIT", StringComparison.Ordinal) ? path[..^9] + "CLOSED" : path);
            }

            Assert.Equal(
                (drawn.Client[^1] == "TIME-WAIT", drawn.Server is [.., "TIME-WAIT"]),
                (show.Output.Contains(" client ", StringComparison.Ordinal) && TimeWait(name, show.Output).Contains(Side.Client), TimeWait(name, show.Output).Contains(Side.Server)));
        }
    }

    [NeedsTheory(Needs.KernelTrace | Needs.PacketCapture | Needs.NetworkNamespace, FaultLab.Nft)]
    [InlineData("syn", 1)]
    [InlineData("syn-ack", 1)]
    [InlineData("ack", 1)]
    [InlineData("data", 2)]
    [InlineData("server-data", 1)]
    [InlineData("fin", 2)]
    [InlineData("server-fin", 1)]
    [InlineData("last-ack", 3)]
    public async Task WhatIsLostIsDrawnAndWhatIsSentAgain(string segment, int times)
    {
        Programs.Result show = await RunAsync("--port", "0", "--lose", times == 1 ? segment : $"{segment}:{times}");
        Assert.Equal(("", 0), (show.Errors, show.ExitCode));
        Assert.Equal(times, show.Lines.Count(l => l.Contains('✗')));
        Assert.InRange(show.Lines.Count(l => l.Contains('╌')), segment == "ack" ? 0 : times, times + 2);      // a lost SYN ACK makes the client repeat its SYN, too
        Assert.DoesNotContain("WRONG", show.Output, StringComparison.Ordinal);
    }

    [NeedsFact(Needs.KernelTrace | Needs.PacketCapture)]
    public async Task ThePictureTheCaptureAndTheTimelineAreWrittenToFiles()
    {
        using TemporaryFolder folder = new();
        Programs.Result show = await RunAsync("--port", "0", "--svg", folder / "a.svg", "--capture", folder / "a.pcapng", "--timeline", folder / "a.json");
        Assert.Equal(("", 0), (show.Errors, show.ExitCode));
        Drawn drawn = Drawn.Read(show.Output);

        XElement svg = XDocument.Load(folder / "a.svg").Root!;
        string[] texts = [.. svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)];
        Assert.Equal(drawn.Segments.Select((s, i) => $"{i + 1}  {s[2..]}"), texts.Where(t => t.Contains(" seq ", StringComparison.Ordinal)));
        Assert.Equal("img", (string?)svg.Attribute("role"));

        JsonElement[] timeline = [.. JsonDocument.Parse(File.ReadAllText(folder / "a.json")).RootElement.EnumerateArray()];
        Assert.Equal(11, timeline.Count(m => m.GetProperty("witness").GetString() == "wire"));
        Assert.Equal(drawn.Client.Skip(1), timeline.Where(m => m.TryGetProperty("state", out _) && m.GetProperty("side").GetString() == "client").Select(m => m.GetProperty("state").GetString()));

        Programs.Result comments = await Programs.RunAsync("tshark", ["-r", folder / "a.pcapng", "-Y", "frame.comment", "-T", "fields", "-e", "frame.number", "-e", "frame.comment"]);
        Assert.Contains(comments.Lines, l => l.StartsWith("6\tclient: Shutdown(Send) → FIN queued, FIN-WAIT-1", StringComparison.Ordinal));
        Assert.Contains(comments.Lines, l => l.StartsWith("10\tserver: Shutdown(Send) → FIN queued, LAST-ACK", StringComparison.Ordinal));
    }

    [NeedsFact(Needs.Linux, "setpriv", "cp")]
    public async Task WithoutRootAndWithoutWiresharkItDrawsWhatTheConsolesSawAndSaysWhatIsMissing()
    {
        using TemporaryFolder folder = new();
        await Programs.ShellAsync($"cp -r '{AppContext.BaseDirectory}' '{folder / "bin"}' && chmod -R a+rX '{folder / ""}'");
        string nobody = Environment.IsPrivilegedProcess ? "setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/tmp" : "env";
        Programs.Result show = await Programs.ShellAsync($"{nobody} PATH='{folder / "nothing"}' '{folder / "bin/SideBySide"}' --port 0");
        Assert.Equal(("", 0), (show.Errors, show.ExitCode));
        Assert.Empty(Drawn.Read(show.Output).Segments);
        Assert.Contains("FIN-WAIT-2", Drawn.Read(show.Output).Client);
        Assert.Matches("unseen the states are those that the consoles read; the kernel trace needs (root|tracefs)", show.Output);
        Assert.Contains("unseen no segments; the packet capture needs tshark", show.Output, StringComparison.Ordinal);
        Assert.Contains("client not compared: no trace", show.Output, StringComparison.Ordinal);
    }

    [NeedsFact(Needs.KernelTrace | Needs.PacketCapture | Needs.NetworkNamespace, FaultLab.Nft)]
    public async Task RunsAtTheSameTimeAndStrangersOnThePortAreNotInThePicture()
    {
        int port = FreePort();
        Task<Programs.Result> outside = RunAsync("--port", $"{port}", "--scenario", "late-data");
        Task<Programs.Result>[] inside = [RunAsync("--port", $"{port}", "--lose", "fin"), RunAsync("--port", $"{port}", "--lose", "last-ack:2")];

        // A stranger who is served by the same server while the show goes on.
        await Until.TrueAsync(() => IPGlobalPropertiesListens(port));
        using (Socket stranger = await Pair.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port)))
        {
            await stranger.SendAsync("a stranger's 25 bytes....");
            stranger.Shutdown(SocketShutdown.Send);
            await stranger.ReadToEndAsync();
        }

        Programs.Result[] shows = [await outside, .. await Task.WhenAll(inside)];
        Assert.All(shows, s => Assert.Equal(("", 0), (s.Errors, s.ExitCode)));
        Assert.DoesNotContain(Drawn.Read(shows[0].Output).Segments, s => s.EndsWith("len 25", StringComparison.Ordinal));
        Assert.Equal([0, 1, 2], shows.Select(s => s.Lines.Count(l => l.Contains('✗'))));
        Assert.All(shows, s => Assert.DoesNotContain("WRONG", s.Output, StringComparison.Ordinal));
    }

    private static bool IPGlobalPropertiesListens(int port) =>
        System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(l => l.Port == port);

    private static Task<Programs.Result> RunAsync(params string[] arguments) => Programs.RunAsync(Programs.Ours("SideBySide"), arguments);

    private static int FreePort()
    {
        using Socket socket = Pair.Listen();
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    // Who keeps TIME-WAIT, by the comparison's own words where several forms are legal.
    private static IReadOnlyList<Side> TimeWait(string name, string output) =>
        Scenarios.Find(name).Forms.First(f => output.Contains($"{f.ClientStates}\n", StringComparison.Ordinal) && output.Contains(f.ServerStates, StringComparison.Ordinal)).TimeWait;

    private static string Label(Segment s, bool fromClient) =>
        $"{(fromClient ? '▶' : '◀')} {s.Flags} seq {s.Sequence}{(s.Flags.Contains("ACK", StringComparison.Ordinal) ? $" ack {s.Acknowledgement}" : "")}{(s.Length > 0 ? $" len {s.Length}" : "")}";

    /// <summary>A picture, read back from what was printed.</summary>
    private sealed partial record Drawn(IReadOnlyList<string> Client, IReadOnlyList<string> Server, IReadOnlyList<string> Segments)
    {
        private const int ClientAt = 9, ArrowAt = 37, ServerAt = 88;

        public static Drawn Read(string output)
        {
            string[] lines = [.. output.ReplaceLineEndings("\n").Split("\n\n")[1].Split('\n').Skip(1)];
            string Cell(string line, int from, int length) => line.Length <= from ? "" : line.Substring(from, Math.Min(length, line.Length - from)).Trim();
            return new Drawn(
                [.. lines.Select(l => Cell(l, ClientAt, 12)).Where(c => c != "")],
                [.. lines.Select(l => Cell(l, ServerAt, 12)).Where(c => c != "")],
                [.. lines.Select(l => Cell(l, ArrowAt, 35)).Where(c => c != "").Select(Segment)]);
        }

        // "── PSH ACK seq 1 ack 1 len 13 ────▶"; where there is no room, "PSH ACK 16385:32769 ack 43".
        private static string Segment(string arrow)
        {
            string label = Number().Replace(arrow.Trim('─', '╌', '▶', '◀', '✗', ' '), "");
            label = Range().Replace(label, m => $" seq {m.Groups[1].Value} ack {m.Groups[3].Value} len {long.Parse(m.Groups[2].Value, null) - long.Parse(m.Groups[1].Value, null)}");
            return $"{(arrow.Contains('▶') || arrow.EndsWith('✗') ? '▶' : '◀')} {label}";
        }

        [GeneratedRegex(@"^\d+ ")]
        private static partial Regex Number();

        [GeneratedRegex(@" (\d+):(\d+) ack (\d+)$")]
        private static partial Regex Range();
    }
}
