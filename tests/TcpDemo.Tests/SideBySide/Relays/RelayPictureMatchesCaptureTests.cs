using System.Globalization;
using System.Net.NetworkInformation;
using System.Text.Json;
using System.Text.RegularExpressions;
using SideBySide.Tracing;
using TcpClose.Kernel;

namespace TcpDemo.Tests.SideBySide.Relays;

/// <summary>
/// The picture of a run through a relay matches independent sources: its segments match a capture by dumpcap, and the
/// states of the relay's connection to the server match a kernel trace. The sentences name what the relay did.
/// </summary>
[Trait("Tier", "Long")]
public sealed class RelayPictureMatchesCaptureTests
{
    public static readonly TheoryData<string, string, string> Faults = new()
    {
        { "none", "half-close", "Both FINs and the same number of bytes came through" },
        { "none", "late-data", "The server sent 65536 bytes, and the relay sent 65536 to the client." },
        { "none", "server-first", "The server's FIN (#) reached the relay. The relay sent its own FIN to the client" },
        { "none", "client-abort", "The client's RST (#: aborted, as with linger 0 (TCP_STATE)) reached the relay. "
            + "The relay reset the connection to the server" },
        { "none", "unread-data", "The server's RST (#: unread data (TCP_ABORT_ON_CLOSE)) reached the relay" },
        { "full-close", "half-close", "after the client's FIN the relay also ended the direction to the client (#), "
            + "although the server had not sent its FIN." },
        { "swallow-fin", "half-close", "The client's FIN (#) reached the relay, but the relay sent no FIN to the "
            + "server." },
        { "delay-fin:0.5s", "half-close", "The relay sent its own FIN to the server ## later (#)." },
        { "fin-to-reset", "half-close", "later the relay reset the connection to the server (#) instead of sending a "
            + "FIN" },
        { "reset-to-fin --direction to-client", "server-abort", "The relay sent a FIN to the client ## later "
            + "(#): the client reads an end of stream, and no reset." },
        { "swallow-reset --direction to-client", "server-abort", "reached the relay, but the relay sent "
            + "nothing to the client." },
        { "cut-after:100ms", "late-data", "The server's # bytes (#) were answered with a RST (#), because the relay "
            + "had closed that socket." },
        { "silent-after:100ms", "late-data", "bytes, and the relay sent none to the client." },
        // On a busy machine the relay may cut before the client has sent anything. Only these words are certain.
        { "idle-cut:100ms", "half-close", ", although the " },
        { "drop-tail:5", "half-close", "The client sent 13 bytes, and the relay sent only 8 to the server." },
        { "flip-byte:5", "half-close", "Both FINs and the same number of bytes came through" },
        { "stall", "half-close", "The client sent 13 bytes, and the relay sent none to the server." },
    };

    [ConditionalTheory(Needs.KernelTrace | Needs.PacketCapture, "tshark", "setsid")]
    [MemberData(nameof(Faults))]
    public Task EachFaultIsDrawnAsItWasCaptured(string fault, string scenario, string sentence) =>
        CompareAsync(
            $"'{Programs.Ours("PathCheck")}' relay --listen {{listen}} --to 127.0.0.1:{{server}} --fault {fault}",
            scenario, sentence);

    [Theory]
    [Relay("nginx", "half-close", "although the server had not sent its FIN.")]
    [Relay("socat", "late-data", "The client sent 41 bytes, and the relay sent 41 to the server.")]
    [Relay("haproxy", "half-close", "Both FINs and the same number of bytes came through")]
    public async Task EachRealRelayIsDrawnAsItWasCaptured(string name, string scenario, string sentence)
    {
        using TemporaryFolder folder = new();
        await CompareAsync($"'{Recipe.All[name].Path}' {{listen}} {{server}} '{folder / ""}'", scenario, sentence);
    }

    private static async Task CompareAsync(string relay, string scenario, string sentence)
    {
        using TemporaryFolder folder = new();
        using var reserved = new ReservedPort();
        int port = reserved.Number;
        using KernelTrace trace = KernelTrace.Start(port);
        Programs.Result run = await Programs.RunAsync(Programs.Ours("SideBySide"),
        [
            "--port", $"{port}", "--scenario", scenario, "--through", relay, "--capture", folder / "a.pcapng",
            "--svg", folder / "a.svg", "--mermaid", folder / "a.mmd", "--timeline", folder / "a.json",
        ]);
        Assert.Equal("", run.Errors);
        ParsedRelayPicture drawn = ParsedRelayPicture.FromOutput(run.Output);

        Assert.Equal(await CapturedAsync(folder / "a.pcapng", port), drawn.Segments);
        Assert.Equal(drawn.WithoutReceivers, ParsedRelayPicture.SegmentsOfSvg(folder / "a.svg"));
        Assert.Equal(drawn.Segments.Count, File.ReadLines(folder / "a.mmd").Count(l => l.Contains("->>")));
        using (var timeline = JsonDocument.Parse(await File.ReadAllTextAsync(folder / "a.json")))
        {
            Assert.Equal(drawn.Segments.Count,
                timeline.RootElement.EnumerateArray().Count(e => e.GetProperty("witness").GetString() == "wire"));
        }

        // The trace covers every namespace, so a server of another test may have this remote port by chance. The state
        // SYN-SENT excludes servers.
        SocketHistory socket = trace.Read().First(h => h.RemotePort == port
            && h.Transitions[0].To == TcpState.SynSent);

        // The trace ends with CLOSED even if the connection continues in a mini-socket.
        string[] traced = [.. socket.Transitions.Take(1).Select(t => t.From)
            .Concat(socket.Transitions.Select(t => t.To)).Select(s => StateNames.Name(s)!)];
        IReadOnlyList<string> states = drawn.States[2];
        Assert.Equal(traced.SkipLast(1), states.Take(traced.Length - 1));
        string sentences = string.Join(' ', run.Output.Split("What the relay did:")[1].Split((char[]?)null,
            StringSplitOptions.RemoveEmptyEntries));
        Assert.Matches(Regex.Escape(sentence).Replace(@"\#\#", "(?:less than )?[0-9.]+ m?s").Replace(@"\#", @"\d+"),
            sentences);
    }

    // The frames, as the picture describes them.
    private static async Task<IReadOnlyList<string>> CapturedAsync(string file, int server)
    {
        Programs.Result frames = await Programs.RunAsync("tshark",
            ["-r", file, "-n", "-T", "fields", .. Segment.Fields.SelectMany(f => (string[])["-e", f])]);
        Segment[] wire = [.. frames.Lines.Select(Segment.Parse).OfType<Segment>()];
        int relay = wire[0].ToPort;
        return [.. wire.Select((s, i) => string.Create(CultureInfo.InvariantCulture,
            $"{i + 1} {Name(s.FromPort, s.ToPort)} → {Name(s.ToPort, s.FromPort)} {s.Flags}")
            + (s.Length > 0 ? $" len {s.Length}" : ""))];

        string Name(int port, int peer) => port == server ? "server" : peer == relay ? "client" : "relay";
    }
}
