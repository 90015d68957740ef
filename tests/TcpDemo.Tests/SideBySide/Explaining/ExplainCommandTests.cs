using System.Text.Json.Nodes;
using static TcpClose.Events.Side;

namespace TcpDemo.Tests.SideBySide.Explaining;

/// <summary>The command explains a capture, or says in one sentence why it cannot.</summary>
[Trait("Tier", "Long")]
public sealed class ExplainCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ItPrintsTheTableTheLadderAndTheStory()
    {
        Programs.Result run = await ExplainAsync(Two().Write(At("two.pcap")));
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal("   client → server  opened  first FIN  end            half-closed", run.Lines[0]);
        Assert.StartsWith("1  40000 → 8888     yes     client     four segments", run.Lines[1],
            StringComparison.Ordinal);
        Assert.DoesNotContain("What happened", run.Output, StringComparison.Ordinal);

        Programs.Result one = await ExplainAsync(At("two.pcap"), "--connection", "2", "--svg", At("two.svg"),
            "--mermaid", At("two.mmd"));
        Assert.Equal((0, ""), (one.ExitCode, one.Errors));
        Assert.Contains("fin-wait-2", one.Output, StringComparison.Ordinal);
        Assert.Contains("closed?", one.Output, StringComparison.Ordinal);
        Assert.Contains("- The server ends first: its FIN (frame", one.Output, StringComparison.Ordinal);
        Assert.Contains("inferred from the segments", await File.ReadAllTextAsync(At("two.svg")),
            StringComparison.Ordinal);
        string diagram = await File.ReadAllTextAsync(At("two.mmd"));
        Assert.Contains("    Note right of Server: time-wait\n", diagram, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark", "bash")]
    public async Task StandardInputAndAFilterAndJson()
    {
        Two().Write(At("two.pcap"));
        Programs.Result run = await Programs.ShellAsync(
            $"'{Programs.Ours("SideBySide")}' explain - --json --filter 'tcp.port == 40001' < '{At("two.pcap")}'");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        JsonNode connection = Assert.Single(JsonNode.Parse(run.Output)!["connections"]!.AsArray())!;
        Assert.Equal("127.0.0.1:40001", $"{connection["client"]}");
        Assert.Equal("server", $"{connection["firstFin"]}");
        Assert.Equal("four-segments", $"{connection["close"]}");
        Assert.Equal(2, connection["fins"]!.AsArray().Count);
        foreach (string key in (string[])["opened", "resets", "halfClosed", "missing", "duplicates", "remarks",
            "states"])
            Assert.True(connection.AsObject().ContainsKey(key), key);
    }

    [ConditionalTheory(Needs.Linux, "tshark")]
    [InlineData("missing.pcap", "missing.pcap does not exist: name a pcap or pcapng file.")]
    [InlineData("empty.pcap", "is empty")]
    [InlineData("text.pcap", "text.pcap is not a capture that tshark can read")]
    [InlineData("word.txt", "word.txt is not a capture that tshark can read (pcap or pcapng): it is a text.")]
    [InlineData("header.pcap", "header.pcap contains no TCP segment.")]
    [InlineData(".", "is a folder")]
    public async Task WhatIsNoCaptureGetsOneSentence(string name, string sentence)
    {
        await File.WriteAllTextAsync(At("empty.pcap"), "");
        await File.WriteAllTextAsync(At("text.pcap"), "This is not a capture.\n");
        await File.WriteAllTextAsync(At("word.txt"), "hello\n");
        new CaptureBuilder().Write(At("header.pcap"));
        Programs.Result run = await ExplainAsync(At(name));
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(sentence, string.Join(' ', run.Errors.Split('\n', StringSplitOptions.TrimEntries)),
            StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task ATruncatedCaptureIsExplainedAsFarAsItGoes()
    {
        string file = Two().Write(At("two.pcap"));
        byte[] bytes = await File.ReadAllBytesAsync(file);
        await File.WriteAllBytesAsync(file, bytes[..^30]);
        Programs.Result run = await ExplainAsync(file);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("cut short", run.Output, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux, "tshark")]
    public async Task WrongFiltersAndNumbersAreNamed()
    {
        string file = Two().Write(At("two.pcap"));
        Programs.Result filter = await ExplainAsync(file, "--filter", "tcp.prot == 1"),
            nothing = await ExplainAsync(file, "--filter", "tcp.port == 1"),
            number = await ExplainAsync(file, "--connection", "3"),
            selected = await ExplainAsync(file, "--connection", "2", "--filter", "tcp.port == 40001"),
            unchosen = await ExplainAsync(file, "--svg", At("x.svg"));
        Assert.Equal([1, 1, 1, 1], ((Programs.Result[])[filter, nothing, number, unchosen]).Select(r => r.ExitCode));
        Assert.Contains("is not a display filter", filter.Errors, StringComparison.Ordinal);
        Assert.Contains("contains no TCP segment that --filter", nothing.Errors, StringComparison.Ordinal);
        Assert.Contains("there is no connection 3: the capture has 2.", number.Errors, StringComparison.Ordinal);
        Assert.Contains("no connection 2: 1 is selected by the filter", selected.Errors, StringComparison.Ordinal);
        Assert.Contains("choose the one to draw with --connection N", unchosen.Errors, StringComparison.Ordinal);
    }

    [ConditionalTheory(Needs.Linux)]
    [InlineData("--svg names the capture, which would be lost: use another file", "--svg", "two.pcap")]
    [InlineData("--mermaid names the capture, which would be lost: use another file", "--mermaid", "./two.pcap")]
    [InlineData("--svg and --mermaid name the same file", "--svg", "x", "--mermaid", "x")]
    [InlineData("--svg-width applies only to --svg", "--svg-width", "700")]
    public async Task AnOutputThatWouldLoseAFileIsRefused(string sentence, params string[] options)
    {
        byte[] before = await File.ReadAllBytesAsync(Two().Write(At("two.pcap")));
        Programs.Result run = await Programs.ShellAsync(
            $"cd '{At("")}' && '{Programs.Ours("SideBySide")}' explain two.pcap {string.Join(' ', options)}");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(sentence, run.Errors, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(At("two.pcap")));
    }

    private string At(string name) => _folder / name;

    private static CaptureBuilder Two()
    {
        CaptureBuilder built = new CaptureBuilder { IsLoopback = true }.Open().Data(Client, 5).Fin(Client).Fin(Server);
        built.Client = 40001;
        return built.Again(1).Open().Fin(Server).Fin(Client);
    }

    private static Task<Programs.Result> ExplainAsync(params string[] arguments) =>
        Programs.RunAsync(Programs.Ours("SideBySide"), ["explain", .. arguments]);
}
