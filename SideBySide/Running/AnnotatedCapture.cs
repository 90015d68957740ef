using System.Globalization;
using SideBySide.Drawing;
using SideBySide.Tools;
using SideBySide.Tracing;
using TcpClose.Cli;
using TcpClose.Kernel;

namespace SideBySide.Running;

/// <summary>
/// The run as a capture file for Wireshark, with a comment on each frame that a call or a state belongs to. Wireshark's
/// own programs write it.
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

    /// <summary>Begins to capture at the ports of the server and the relay.</summary>
    /// <exception cref="CommandException">A program or the right to capture is missing.</exception>
    public static async Task<AnnotatedCapture> StartAsync(IReadOnlyList<int> ports, NetworkNamespace? inside)
    {
        foreach (string program in (string[])["dumpcap", "tshark", "reordercap", "editcap"])
            if (!ExternalTool.IsInstalled(program))
                throw new CommandException(
                    $"--capture needs {program}: install Wireshark's command line (Debian: apt install tshark).");

        RemoveLeftovers();
        string folder = Path.Combine(Path.GetTempPath(), $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}");
        try
        {
            string raw = Path.Combine(folder, "all.pcapng");
            return new AnnotatedCapture(folder, await CaptureProcess.StartAsync("dumpcap", "File:",
                [
                    "-i", CaptureProcess.Loopback, "-f", string.Join(" or ", ports.Select(p => $"tcp port {p}")), "-q",
                    "-a", "duration:900", "-w", raw,
                ],
                inside, folder));
        }
        catch (InvalidOperationException e)
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            throw new CommandException(PacketCapture.IsAllowed || inside is not null
                ? e.Message
                : $"--capture needs the right to capture: {AsRoot.Command}");
        }
    }

    /// <summary>Ends the capture and writes the file.</summary>
    /// <exception cref="InvalidOperationException">tshark, reordercap or editcap failed.</exception>
    public async Task WriteAsync(
        string file, Diagram diagram, IReadOnlyList<(int ClientPort, int ServerPort)> connections)
    {
        string selected = Path.Combine(_folder, "selected.pcapng"), ours = Path.Combine(_folder, "ours.pcapng");
        string commented = Path.Combine(_folder, "commented.pcapng");
        string[] filters = [.. connections.Select(c => $"(tcp.port == {c.ClientPort} && tcp.port == {c.ServerPort})")];
        int[] counts = [.. diagram.Ladders.Select(l => l.Rows.Count(r => r.Segment is not null))];
        string all = string.Join(" || ", filters);

        // When dumpcap ends, it loses the packets that it has not read yet.
        for (long end = Clock.Deadline(FlushLimit);
            Clock.Now < end && (await FramesAsync(Raw, all)).Length < counts.Sum();)
        {
            await Task.Delay(Poll);
        }

        await _dumpcap.DisposeAsync();
        await ExternalTool.RunAsync("tshark", ["-r", Raw, "-Y", all, "-w", selected]);

        // Two processors may add their frames out of order. The picture has the segments in the order of their times.
        await ExternalTool.RunAsync("reordercap", [selected, ours]);

        // The comment on the nth segment of a connection belongs to its nth frame. If the numbers of segments and
        // frames differ, the connection gets no comments.
        var comments = new List<string>();
        for (int i = 0; i < filters.Length; i++)
        {
            int[] frames = await FramesAsync(ours, filters[i]);
            if (frames.Length == counts[i])
            {
                comments.AddRange(FrameComments.Of(diagram.Ladders[i])
                    .SelectMany(c => (string[])["-a", $"{frames[c.Place]}:{c.Text}"]));
            }
        }

        await ExternalTool.RunAsync("editcap", [.. comments, ours, commented]);
        await OutputFile.CopyAsync(commented, file);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _dumpcap.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    // The numbers of the frames that a filter selects.
    private static async Task<int[]> FramesAsync(string file, string filter)
    {
        try
        {
            string frames = await ExternalTool.RunAsync("tshark",
                ["-r", file, "-Y", filter, "-T", "fields", "-e", "frame.number"]);
            return [.. frames.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(f => int.Parse(f, CultureInfo.InvariantCulture))];
        }
        catch (InvalidOperationException)
        {
            return [];      // the last frame is being written
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
}
