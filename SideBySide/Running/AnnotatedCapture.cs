using SideBySide.Drawing;
using SideBySide.Timeline;
using SideBySide.Tools;
using SideBySide.Tracing;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Kernel;

namespace SideBySide.Running;

/// <summary>
/// The run as a capture file for Wireshark, with a comment on each frame that a call or a state belongs to. Wireshark's
/// own programs write it: <c>dumpcap</c> captures, <c>tshark</c> selects the connection, <c>editcap</c> adds the
/// comments.
/// </summary>
internal sealed class AnnotatedCapture : IAsyncDisposable
{
    private readonly string _folder;
    private readonly CaptureProcess _dumpcap;

    private AnnotatedCapture(string folder, CaptureProcess dumpcap)
    {
        _folder = folder;
        _dumpcap = dumpcap;
    }

    private const string Prefix = "tcpdemo-capture-";

    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(10), Poll = TimeSpan.FromMilliseconds(50);

    private string Raw => Path.Combine(_folder, "all.pcapng");

    /// <summary>Begins to capture.</summary>
    /// <exception cref="CommandException">A program or the right to capture is missing.</exception>
    public static async Task<AnnotatedCapture> StartAsync(int port, NetworkNamespace? inside)
    {
        foreach (string program in (string[])["dumpcap", "tshark", "editcap"])
            if (!ExternalTool.IsInstalled(program))
                throw new CommandException(
                    $"--capture needs {program}: install Wireshark's command line (Debian: apt install tshark).");

        RemoveLeftovers();
        string folder = Directory.CreateTempSubdirectory($"{Prefix}{Environment.ProcessId}-").FullName;
        try
        {
            string raw = Path.Combine(folder, "all.pcapng");
            return new AnnotatedCapture(folder, await CaptureProcess.StartAsync("dumpcap", "File:",
                ["-i", CaptureProcess.Loopback, "-f", $"tcp port {port}", "-q", "-a", "duration:900", "-w", raw],
                inside, folder));
        }
        catch (InvalidOperationException e)
        {
            Directory.Delete(folder, recursive: true);
            throw new CommandException(PacketCapture.IsAllowed || inside is not null
                ? e.Message
                : $"--capture needs the right to capture: {AsRoot.Command}");
        }
    }

    /// <summary>Ends the capture and writes the file.</summary>
    /// <exception cref="InvalidOperationException">One of the programs failed.</exception>
    public async Task WriteAsync(string file, ObservedRun run, int port)
    {
        string ours = Path.Combine(_folder, "ours.pcapng"), commented = Path.Combine(_folder, "commented.pcapng"),
            connection = $"tcp.port == {run.ClientPort} && tcp.port == {port}";

        // dumpcap reads and writes at intervals, and loses what it has not read when it ends.
        for (long end = Clock.Deadline(FlushLimit);
            Clock.Now < end && await CountAsync(Raw, connection) < run.Segments?.Count;)
        {
            await Task.Delay(Poll);
        }

        await _dumpcap.DisposeAsync();
        await ExternalTool.RunAsync("tshark", ["-r", Raw, "-Y", connection, "-w", ours]);

        // The comments use the frame numbers of the other capture. If the two captures differ, no comments are written.
        bool same = await CountAsync(ours, connection) == run.Segments?.Count;
        await ExternalTool.RunAsync("editcap",
            [.. (same ? Comments(run) : []).SelectMany(c => (string[])["-a", $"{c.Frame}:{c.Text}"]), ours, commented]);
        await OutputFile.CopyAsync(commented, file);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _dumpcap.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<int> CountAsync(string file, string filter)
    {
        try
        {
            string frames = await ExternalTool.RunAsync("tshark",
                ["-r", file, "-Y", filter, "-T", "fields", "-e", "frame.number"]);
            return frames.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        }
        catch (InvalidOperationException)
        {
            return 0;       // the last frame is being written
        }
    }

    // Removes the folders of processes that were killed.
    private static void RemoveLeftovers()
    {
        foreach (string folder in Directory.GetDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            string process = Path.GetFileName(folder)[Prefix.Length..].Split('-')[0];
            try
            {
                if (OperatingSystem.IsLinux() && !Directory.Exists("/proc/" + process))
                    Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The folder belongs to another user, or is being removed.
            }
        }
    }

    /// <summary>The comments, by the frame's number from 1: the segment's causes and effects.</summary>
    internal static IEnumerable<(int Frame, string Text)> Comments(ObservedRun run)
    {
        IReadOnlyList<LadderRow> rows = Ladder.Of(run).Rows;
        foreach (LadderRow row in rows.Where(r => r.Segment is not null))
        {
            Side sender = row.Segment!.Side;
            LadderRow sent = row.SentAt is { } at ? rows[at] : row;
            IEnumerable<string> sides = ((Side[])[sender, sender.Peer()])
                .Select(side => (Side: $"{side}".ToLowerInvariant(),
                    What: string.Join(", ", What(side == sender ? sent : row, row, side))))
                .Where(s => s.What != "").Select(s => $"{s.Side}: {s.What}");
            string text = string.Join("; ", sides.Concat(Segment(row.Segment)));
            if (text != "") yield return (row.Number, text);
        }
    }

    private static IEnumerable<string> Segment(SegmentEvent segment)
    {
        if (segment.IsLost) yield return "lost on its way";
        if (segment.IsTracedRetransmission) yield return "retransmitted by the kernel";
        if (ResetReason.Note(segment.ResetReason) is { } why) yield return why;
        if (segment.IsReceived) yield return $"received by the {segment.Side.Peer().Name()}'s socket";
    }

    // The call may be in a row above that of the segment.
    private static IEnumerable<string> What(LadderRow called, LadderRow row, Side side)
    {
        if (called.Calls.TryGetValue(side, out CallEvent? call))
            yield return call.Phase == ClosePhase.FinQueued ? "Shutdown(Send) → FIN queued" : call.Call;
        if (row.States.TryGetValue(side, out var state)) yield return StateNames.Name(state)!;
    }
}
