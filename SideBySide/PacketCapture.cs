using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace SideBySide;

/// <summary>
/// The segments on the loopback interface, captured and decoded by Wireshark's <c>tshark</c>. Needs the right to capture.
/// </summary>
public sealed partial class PacketCapture : IAsyncDisposable
{
    private const int SigInt = 2;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30), StopLimit = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly List<Segment> _segments = [];
    private readonly TaskCompletionSource<bool> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StringBuilder _messages = new();
    private readonly Task _readers;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PacketCapture(Process process)
    {
        _process = process;
        _readers = Task.WhenAll(ReadSegmentsAsync(), ReadMessagesAsync());
    }

    /// <summary>Why it cannot be used here and what would help, in one sentence; null where it can.</summary>
    /// <param name="inside">Whether in a namespace of one's own: whoever made it has the right to capture there.</param>
    public static string? Unavailable(bool inside = false)
    {
        if (!Tool.IsInstalled("tshark"))
            return "the packet capture needs tshark: install Wireshark's command line (Debian: apt install tshark)";
        return OperatingSystem.IsLinux() && !Environment.IsPrivilegedProcess && !inside
            ? "the packet capture needs the right to capture: run with sudo"
            : null;
    }

    /// <summary>Captures what goes over loopback from or to a TCP port; returns when the capture has really begun.</summary>
    /// <exception cref="InvalidOperationException">It did not begin; the message holds what tshark said.</exception>
    public static async Task<PacketCapture> StartAsync(int port, NetworkNamespace? inside = null)
    {
        string loopback = OperatingSystem.IsLinux() ? "lo" : OperatingSystem.IsMacOS() ? "lo0" : @"\Device\NPF_Loopback";
        List<string> command =
        [
            .. inside?.EnterCommand ?? [], "tshark", "-i", loopback, "-f", $"tcp port {port}", "-n", "-l",
            "-a", "duration:900", "-T", "fields", .. Segment.Fields.SelectMany(f => (string[])["-e", f]),
        ];
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
        var capture = new PacketCapture(Process.Start(start)!);
        try
        {
            if (await capture._ready.Task.WaitAsync(StartLimit)) return capture;
        }
        catch (TimeoutException)
        {
        }

        await capture.DisposeAsync();
        throw new InvalidOperationException("tshark did not begin to capture: " + capture._messages);
    }

    /// <summary>Waits until what has been captured is complete, or for the limit.</summary>
    /// <returns>All that was captured.</returns>
    public async Task<IReadOnlyList<Segment>> WaitForAsync(Func<IReadOnlyList<Segment>, bool> complete, TimeSpan limit)
    {
        using var expiry = new CancellationTokenSource(limit);
        while (true)
        {
            Task more;
            Segment[] segments;
            lock (_segments)
            {
                more = _more.Task;
                segments = [.. _segments];
            }

            if (complete(segments)) return segments;
            await Task.WhenAny(more, Task.Delay(Timeout.Infinite, expiry.Token));
            if (expiry.IsCancellationRequested) return segments;
        }
    }

    /// <summary>Stops tshark so that it cleans up after itself.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!OperatingSystem.IsWindows() && !_process.HasExited) _ = Kill(_process.Id, SigInt);
        using var limit = new CancellationTokenSource(OperatingSystem.IsWindows() ? TimeSpan.Zero : StopLimit);
        await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _readers;
        _process.Dispose();
    }

    private async Task ReadSegmentsAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Segment.Parse(line) is not { } segment) continue;
            lock (_segments)
            {
                _segments.Add(segment);
                _more.SetResult();
                _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private async Task ReadMessagesAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            if (_messages.Length < 4096) _messages.AppendLine(line);
            if (line.Contains("Capture started", StringComparison.Ordinal)) _ready.TrySetResult(true);
        }

        _ready.TrySetResult(false);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
