using System.Diagnostics;
using System.Text;
using SideBySide.Faults;
using SideBySide.Tools;

namespace SideBySide.Tracing;

/// <summary>
/// A capture program of Wireshark's. It has begun when it says so; it ends when its starter closes its input, or is killed,
/// and then cleans up after itself.
/// </summary>
internal sealed class CaptureProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30), StopLimit = TimeSpan.FromSeconds(10);

    // The shell ends it when its own input ends.
    private static readonly string[] StdinWatchdog =
        ["sh", "-c", "trap '' INT; exec 3<&0; \"$@\" 3<&- & p=$!; { read -r x <&3; kill -TERM $p; } & c=$!; wait $p; kill $c", "sh"];

    private readonly Process _process;
    private readonly TaskCompletionSource<bool> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StringBuilder _messages = new();
    private readonly Task _reading;
    private bool _stopped;

    private CaptureProcess(Process process, string readyAt)
    {
        _process = process;
        _reading = ReadMessagesAsync(readyAt);
    }

    /// <summary>Whether it has ended by itself.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>What it prints.</summary>
    public StreamReader Output => _process.StandardOutput;

    /// <summary>Loopback, as this system's captures call it.</summary>
    public static string Loopback => OperatingSystem.IsLinux() ? "lo" : OperatingSystem.IsMacOS() ? "lo0" : @"\Device\NPF_Loopback";

    /// <summary>Starts it, and returns when the capture has really begun.</summary>
    /// <param name="program"><c>tshark</c> or <c>dumpcap</c>.</param>
    /// <param name="readyAt">What it says when the capture has begun.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="inside">The network namespace to run in.</param>
    /// <exception cref="InvalidOperationException">It did not begin; the message holds what it said.</exception>
    public static async Task<CaptureProcess> StartAsync(string program, string readyAt, IEnumerable<string> arguments, NetworkNamespace? inside)
    {
        string[] keeper = OperatingSystem.IsWindows() ? [] : [.. ExternalTool.DetachCommand, .. StdinWatchdog];
        Process started = ChildProcess.Start([.. inside?.EnterCommand ?? [], .. keeper, program, .. arguments]);
        var process = new CaptureProcess(started, readyAt);
        try
        {
            if (await process._ready.Task.WaitAsync(StartLimit)) return process;
        }
        catch (TimeoutException)
        {
        }

        await process.DisposeAsync();
        throw new InvalidOperationException($"{program} did not begin to capture: {process._messages.ToString().Trim()}");
    }

    /// <summary>Stops it. Once more is harmless.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopped) return;
        _stopped = true;
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(OperatingSystem.IsWindows() ? TimeSpan.Zero : StopLimit);
        await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _reading.WaitAsync(StopLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
    }

    private async Task ReadMessagesAsync(string readyAt)
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            if (_messages.Length < 4096) _messages.AppendLine(line);
            if (line.Contains(readyAt, StringComparison.Ordinal)) _ready.TrySetResult(true);
        }

        _ready.TrySetResult(false);
    }
}
