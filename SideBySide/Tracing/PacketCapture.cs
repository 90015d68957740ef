using SideBySide.Tools;

namespace SideBySide.Tracing;

/// <summary>
/// The segments on the loopback interface, captured and decoded by Wireshark's <c>tshark</c>. Needs the right to
/// capture.
/// </summary>
public sealed class PacketCapture : IAsyncDisposable
{
    private readonly CaptureProcess _tshark;
    private readonly List<Segment> _segments = [];
    private readonly Task _reading;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PacketCapture(CaptureProcess tshark)
    {
        _tshark = tshark;
        _reading = ReadSegmentsAsync();
    }

    /// <summary>Explains in one sentence why it cannot be used here, and what to do; null if it can.</summary>
    /// <param name="inside">
    /// Whether the capture is in a network namespace of our own, in which we have the right to capture.
    /// </param>
    public static string? Unavailable(bool inside = false)
    {
        if (!ExternalTool.IsInstalled("tshark"))
            return "the packet capture needs tshark: install Wireshark's command line (Debian: apt install tshark)";
        return OperatingSystem.IsLinux() && !Environment.IsPrivilegedProcess && !inside
            ? "the packet capture needs the right to capture: run with sudo"
            : null;
    }

    /// <summary>
    /// Captures the segments on loopback from or to a TCP port. Returns when the capture has begun.
    /// </summary>
    /// <exception cref="InvalidOperationException">It did not begin; the message contains tshark's error
    /// output.</exception>
    public static async Task<PacketCapture> StartAsync(int port, NetworkNamespace? inside = null) =>
        new(await CaptureProcess.StartAsync("tshark", "Capture started",
            [
                "-i", CaptureProcess.Loopback, "-f", $"tcp port {port}", "-n", "-l",
                "-a", "duration:900", "-T", "fields", .. Segment.Fields.SelectMany(f => (string[])["-e", f]),
            ], inside));

    /// <summary>Whether it has ended by itself, so that the capture is incomplete.</summary>
    public bool HasEnded => _tshark.HasEnded;

    /// <summary>Waits until the capture is complete, but not longer than the limit.</summary>
    /// <returns>The captured segments.</returns>
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

    /// <summary>Stops the capture.</summary>
    public async ValueTask DisposeAsync()
    {
        await _tshark.DisposeAsync();
        await _reading;
    }

    private async Task ReadSegmentsAsync()
    {
        while (await _tshark.Output.ReadLineAsync() is { } line)
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
}
