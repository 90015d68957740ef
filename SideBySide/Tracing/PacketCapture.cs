using SideBySide.Tools;

namespace SideBySide.Tracing;

/// <summary>
/// Captures the segments on the loopback interface. On Linux, as root or in its own network namespace, SideBySide uses
/// a packet socket (<see cref="CaptureCommand"/>). Otherwise it uses Wireshark's <c>tshark</c>.
/// </summary>
public sealed class PacketCapture : IAsyncDisposable
{
    // The payload is not needed, and would fill the buffers.
    private const string HeaderBytes = "160";

    private static readonly Lazy<bool> Allowed = new(() => OperatingSystem.IsLinux() && PacketSocket.IsAllowed());

    private readonly CaptureProcess _program;
    private readonly List<Segment> _segments = [];
    private readonly Task _reading;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PacketCapture(CaptureProcess program)
    {
        _program = program;
        _reading = ReadSegmentsAsync();
    }

    /// <summary>Whether a packet socket can be opened here.</summary>
    public static bool IsAllowed => OperatingSystem.IsLinux() && Allowed.Value;

    /// <summary>Explains why the capture cannot be used here, and what to do; null if it can.</summary>
    /// <param name="inside">Whether the capture is in a network namespace of our own.</param>
    /// <param name="asRoot">How to run the program as root, for the end of the sentence.</param>
    public static string? Unavailable(bool inside, string asRoot) =>
        IsAllowed || (inside && OperatingSystem.IsLinux()) || ExternalTool.IsInstalled("tshark") ? null
        : OperatingSystem.IsLinux() ? "the packet capture needs root, or a network namespace of its own, which this "
            + $"system does not allow: {asRoot}"
        : "the packet capture needs tshark: " + ChildProcess.InstallHint("tshark");

    /// <summary>Captures the segments of a TCP port. Returns when the capture has begun.</summary>
    /// <exception cref="InvalidOperationException">It did not begin; the message contains the error output.</exception>
    public static async Task<PacketCapture> StartAsync(int port, NetworkNamespace? inside = null) =>
        IsAllowed || (inside is not null && OperatingSystem.IsLinux())
            ? new(await CaptureProcess.StartOwnAsync(
                CaptureCommand.Started, [CaptureCommand.Name, "--port", $"{port}"], inside))
            : await StartTsharkAsync(port, inside);

    /// <summary>Captures with Wireshark's <c>tshark</c>.</summary>
    internal static async Task<PacketCapture> StartTsharkAsync(int port, NetworkNamespace? inside = null) =>
        new(await CaptureProcess.StartAsync("tshark", CaptureCommand.Started,
            [
                "-i", CaptureProcess.Loopback, "-f", $"tcp port {port}", "-s", HeaderBytes, "-n", "-l", "-a",
                "duration:900", "-T", "fields", .. Segment.Fields.SelectMany(f => (string[])["-e", f]),
            ], inside));

    /// <summary>Whether the program has ended by itself, with an incomplete capture.</summary>
    public bool HasEnded => _program.HasEnded;

    /// <summary>The segments captured so far.</summary>
    public IReadOnlyList<Segment> Captured
    {
        get
        {
            lock (_segments) return [.. _segments];
        }
    }

    /// <summary>Waits until <paramref name="complete"/> returns true, at most for <paramref name="limit"/>.</summary>
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
        await _program.DisposeAsync();
        await _reading;
    }

    private async Task ReadSegmentsAsync()
    {
        while (await _program.Output.ReadLineAsync() is { } line)
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
