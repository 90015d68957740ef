using System.Text.RegularExpressions;
using SideBySide.Faults;
using SideBySide.Timeline;
using SideBySide.Tracing;

namespace TcpDemo.Tests.Documents;

/// <summary>docs/wireshark.md shows what tshark prints, and tshark accepts our profile.</summary>
[Trait("Tier", "Long")]
public sealed partial class WiresharkGuideTests
{
    private const string Profile = "docs/wireshark/profiles/TcpDemo",
        Sample = "docs/wireshark/captures/lost-last-ack.pcapng";

    private static readonly string Text = Read("docs/wireshark.md");

    // @name@filter@[background][foreground]
    private static readonly string[][] Colours = [.. Lines("colorfilters").Select(l => l.Split('@')[1..3])];

    // "TRUE","label","filter","tooltip"
    private static readonly string[][] Buttons = [.. Lines("dfilter_buttons")
        .Select(l => l[1..^1].Split("\",\"")[1..])];

    [ConditionalFact(Needs.Linux, "tshark", "bash", "sort")]
    public async Task EveryCommandOfThePagePrintsWhatThePageShows()
    {
        // The page has the output of version 4.0. Other versions must at least accept the commands.
        bool same = (await Programs.RunAsync("tshark", ["--version"])).Output.Contains(" 4.0.",
            StringComparison.Ordinal);
        MatchCollection shown = CommandAndOutput().Matches(Text);
        Assert.InRange(shown.Count, 8, 30);
        foreach (Match block in shown)
        {
            Programs.Result printed = await AtTheRootAsync(block.Groups["command"].Value);
            Assert.Equal(("", 0), (Complaints(printed), printed.ExitCode));
            if (same)
                Assert.Equal(block.Groups["output"].Value,
                    string.Join('\n', printed.Output.Split('\n').Select(l => l.TrimEnd())));
        }
    }

    [ConditionalFact(Needs.Linux, "tshark", "bash")]
    public async Task TheProfileLoadsWithoutAWarning()
    {
        Programs.Result read =
            await AtTheRootAsync($"WIRESHARK_CONFIG_DIR=docs/wireshark tshark -C TcpDemo --color -r {Sample}");
        Assert.Equal(("", 0), (Complaints(read), read.ExitCode));
        Assert.Equal(15, read.Lines.Length);
    }

    [ConditionalFact(Needs.Linux, "tshark", "bash")]
    public async Task EveryFilterOfTheProfileAndOfThePageIsOne()
    {
        string section = Text[Text.IndexOf("\n## Display filters\n", StringComparison.Ordinal)..];
        string[] onThePage = [.. FilterRow().Matches(section).Select(m => m.Groups[1].Value)];
        Assert.InRange(onThePage.Length, 8, 30);
        // All filters are tested in one run, because each run of tshark takes time.
        string all = string.Join(" or ",
            Colours.Select(c => c[1]).Concat(Buttons.Select(b => b[1])).Concat(onThePage).Select(f => $"({f})"));
        Programs.Result read = await TsharkAsync(Sample, "-Y", all);
        Assert.Equal(("", 0), (Complaints(read), read.ExitCode));
    }

    [ConditionalFact(Needs.Linux, "tshark", "bash")]
    public async Task EveryColumnShowsAFieldThatThereIs()
    {
        // tshark silently omits a column with an unknown field. With -e it reports the field as unknown.
        string[] fields = [.. Column().Matches(string.Join('\n', Lines("preferences"))).Select(m => m.Groups[1].Value)];
        Assert.InRange(fields.Length, 8, 20);
        Programs.Result read = await TsharkAsync(Sample,
            ["-T", "fields", .. fields.SelectMany(f => (string[])["-e", f])]);
        Assert.Equal(("", 0), (Complaints(read), read.ExitCode));
        Assert.All(fields, f => Assert.Contains($"\"%Cus:{f}\", ", Lines("recent")[0], StringComparison.Ordinal));
    }

    [Fact]
    public void TheTablesOfColoursAndButtonsAreThoseOfTheProfile()
    {
        // The first two cells of each row.
        string rows = string.Concat(TwoCells().Matches(Text).Select(m => m.Value));
        Assert.Contains(string.Concat(Colours.Select(c => $"| {c[0]} | `{c[1]}` |")), rows, StringComparison.Ordinal);
        Assert.Contains(string.Concat(Buttons.Select(b => $"| **{b[0]}** | `{b[1]}` |")), rows,
            StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.PacketCapture | Needs.KernelTrace, "dumpcap", "editcap", "bash")]
    public async Task ARunOfTodayHasTheColoursAndTheTwoFinsOfThePage()
    {
        using var folder = new TemporaryFolder();
        string[] shown = await RowsAsync(Path.Combine(Repository.Root, "docs/wireshark/captures/half-close.pcapng")),
            today = [];
        Assert.Equal(11, shown.Length);

        // If the machine is busy, the client's FIN may follow the reply.
        for (int tries = 3; tries > 0 && !today.SequenceEqual(shown); tries--)
        {
            Programs.Result run = await Programs.RunAsync(Programs.Ours("SideBySide"),
                ["--port", "0", "--capture", folder / "run.pcapng"]);
            Assert.Equal(("", 0), (run.Errors, run.ExitCode));
            today = await RowsAsync(folder / "run.pcapng");
        }

        Assert.Equal(shown, today);

        Programs.Result fins = await TsharkAsync(folder / "run.pcapng", "-Y", "frame.comment contains \"FIN queued\"",
            "-T", "fields", "-e", "frame.number");
        Assert.Equal(["6", "10"], fins.Lines);
    }

    [ConditionalFact(Needs.NetworkNamespace | Needs.PacketCapture, FaultLab.Nft, "dumpcap", "bash")]
    public async Task CompletenessTellsHowFarAConnectionCameButNotWhetherBothSidesHaveClosed()
    {
        using var folder = new TemporaryFolder();
        await using FaultLab lab = await FaultLab.OpenAsync();
        await using CaptureProcess dumpcap = await CaptureProcess.StartAsync(
            "dumpcap", "File:",
            ["-i", "lo", "-f", $"tcp port {lab.Server.Port}", "-q", "-a", "duration:900", "-w", folder / "all.pcapng"],
            lab.Inside);

        // The clients start one after the other, so the streams are numbered in this order.
        await using ClientConsole closed = lab.StartClient();
        Assert.Equal(0, (await closed.EndAsync()).ExitCode);
        await using ClientConsole halfClosed = lab.StartClient("--scenario", "late-data", "--hold", "9m",
            "--timeout", "9m");
        await lab.WaitForStatesAsync("FIN-WAIT-2", "CLOSE-WAIT", await halfClosed.PortAsync());
        await using ClientConsole open = lab.StartClient("--scenario", "simultaneous", "--hold", "9m",
            "--timeout", "9m");
        int openPort = await open.PortAsync();
        await Eventually.BecomesTrueAsync(() =>
            lab.Server.Events.Any(e => e.Get<int>("Connection") == openPort && e.Get<string>("Phase") == "Received"));
        await using ClientConsole aborted = lab.StartClient("--scenario", "client-abort");
        Assert.Equal(0, (await aborted.EndAsync()).ExitCode);
        NftDropRule loss = await lab.LoseAsync(SegmentKind.SynAck, times: null);
        await using ClientConsole halfOpen = lab.StartClient();
        await FaultLab.WaitForLossesAsync(loss, 1);

        string[] expected = ["0\t31\t2", "1\t31\t1", "2\t15\t0", "3\t47\t0", "4\t3\t0"];
        string[] read = [];
        await Eventually.BecomesTrueAsync(
            async () => (read = await StreamsAsync(folder / "all.pcapng")).SequenceEqual(expected),
            () => string.Join(" | ", read));
    }

    // Returns each stream with its completeness and the number of sides that have sent a FIN. The file may end in
    // mid-frame.
    private static async Task<string[]> StreamsAsync(string file)
    {
        Programs.Result read = await TsharkAsync(file, "-2", "-T", "fields", "-e", "tcp.stream", "-e",
            "tcp.completeness", "-e", "tcp.flags.fin", "-e", "tcp.srcport");
        return
        [
            .. from line in read.Lines
               let words = line.Split('\t')
               group words by words[0] into stream
               let finned = stream.Where(w => w[2] is "1" or "True").Select(w => w[3]).Distinct().Count()
               select $"{stream.Key}\t{stream.Last()[1]}\t{finned}",
        ];
    }

    private static async Task<string[]> RowsAsync(string file)
    {
        Programs.Result read =
            await AtTheRootAsync($"WIRESHARK_CONFIG_DIR=docs/wireshark tshark -C TcpDemo --color -r '{file}' "
                + "-T fields -e frame.number -e tcp.flags.str -e tcp.seq -e tcp.ack -e tcp.len -e "
                + "frame.coloring_rule.name");
        Assert.Equal(("", 0), (Complaints(read), read.ExitCode));
        return read.Lines;
    }

    private static Task<Programs.Result> TsharkAsync(string file, params string[] arguments) =>
        Programs.RunAsync("tshark", ["-r", Path.Combine(Repository.Root, file), .. arguments]);

    private static Task<Programs.Result> AtTheRootAsync(string line) =>
        Programs.ShellAsync($"cd '{Repository.Root}' && {line}");

    // As root, tshark prints a warning that does not matter here.
    private static string Complaints(Programs.Result read) => AsRoot().Replace(read.Errors, "").Trim();

    private static string[] Lines(string file) =>
        [.. Read($"{Profile}/{file}").Split('\n').Where(l => l.Length > 0 && l[0] != '#')];

    private static string Read(string path) =>
        File.ReadAllText(Path.Combine(Repository.Root, path)).ReplaceLineEndings("\n");

    // A command, followed by its output.
    [GeneratedRegex(@"```sh\n(?<command>[^\n]*tshark -[^\n]*)\n```\n\n```text\n(?<output>.*?)```",
        RegexOptions.Singleline)]
    private static partial Regex CommandAndOutput();

    [GeneratedRegex(@"^\| [^|`]+ \| `([^`]+)` \|$", RegexOptions.Multiline)]
    private static partial Regex FilterRow();

    [GeneratedRegex(@"^\| [^|\n]+ \| `[^`\n]+` \|", RegexOptions.Multiline)]
    private static partial Regex TwoCells();

    [GeneratedRegex(@"%Cus:([\w.]+):")]
    private static partial Regex Column();

    [GeneratedRegex(@"Running as user ""root"".*\n?")]
    private static partial Regex AsRoot();
}
