using System.Diagnostics;
using System.Text;
using SideBySide.Tools;

namespace SideBySide.Tracing;

/// <summary>
/// A running program that captures: our own, <c>tshark</c> or <c>dumpcap</c>. It ends when its parent stops it, and,
/// except on Windows, also when its parent is killed. Except on Windows, its temporary files are removed in both cases.
/// </summary>
internal sealed class CaptureProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30), StopLimit = TimeSpan.FromSeconds(10);

    // A shell that stops the program when the shell's own input ends, and removes the program's temporary files. If the
    // parent was killed, the shell also removes the parent's folder ($1). A parent that still needs its folder writes a
    // line before it closes the input.
    private const string StdinWatchdog = """
        trap '' INT
        folder=$1; shift
        if [ -n "$folder" ]; then mkdir -m 700 "$folder" || exit; fi
        TMPDIR=$(mktemp -d) || exit
        export TMPDIR
        exec 3<&0
        "$@" 3<&- & program=$!
        { read -r orderly <&3 || : >"$TMPDIR/killed"; kill -TERM $program; } & watch=$!
        wait $program
        if [ -n "$folder" ] && [ -e "$TMPDIR/killed" ]; then rm -rf "$folder"; fi
        rm -rf "$TMPDIR"
        kill $watch
        """;

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

    public bool HasEnded => _process.HasExited;

    public StreamReader Output => _process.StandardOutput;

    /// <summary>The name of the loopback interface in captures on this system.</summary>
    public static string Loopback =>
        OperatingSystem.IsLinux() ? "lo" : OperatingSystem.IsMacOS() ? "lo0" : @"\Device\NPF_Loopback";

    /// <summary>Starts SideBySide's own capture command.</summary>
    /// <exception cref="InvalidOperationException">It did not begin; the message contains its error output.</exception>
    public static Task<CaptureProcess> StartOwnAsync(
        string readyAt, IEnumerable<string> arguments, NetworkNamespace? inside) =>
        StartAsync("the packet socket", readyAt,
            [.. inside?.EnterCommand ?? [], .. ExternalTool.DetachCommand, ChildProcess.OwnProgram, .. arguments]);

    /// <summary>Starts one of Wireshark's programs. Returns when the capture has begun.</summary>
    /// <param name="program"><c>tshark</c> or <c>dumpcap</c>.</param>
    /// <param name="readyAt">The text on standard error when the capture has begun.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="inside">The network namespace to run in.</param>
    /// <param name="folder">
    /// A folder to create, and to remove if the caller is killed (not on Windows); null for none.
    /// </param>
    /// <exception cref="InvalidOperationException">It did not begin; the message contains its error output.</exception>
    public static Task<CaptureProcess> StartAsync(
        string program, string readyAt, IEnumerable<string> arguments, NetworkNamespace? inside, string? folder = null)
    {
        if (OperatingSystem.IsWindows() && folder is not null) Directory.CreateDirectory(folder);
        string[] watchdog = OperatingSystem.IsWindows()
            ? []
            : [.. ExternalTool.DetachCommand, "sh", "-c", StdinWatchdog, "sh", folder ?? ""];
        return StartAsync(program, readyAt, [.. inside?.EnterCommand ?? [], .. watchdog, program, .. arguments]);
    }

    private static async Task<CaptureProcess> StartAsync(string name, string readyAt, IReadOnlyList<string> command)
    {
        var process = new CaptureProcess(ChildProcess.Start(command), readyAt);
        try
        {
            if (await process._ready.Task.WaitAsync(StartLimit)) return process;
        }
        catch (TimeoutException)
        {
        }

        await process.DisposeAsync();
        throw new InvalidOperationException(
            $"{name} did not start to capture: {process._messages.ToString().Trim()}");
    }

    /// <summary>Stops the capture. Further calls have no effect.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopped) return;
        _stopped = true;
        RequestStop();
        using var limit = new CancellationTokenSource(OperatingSystem.IsWindows() ? TimeSpan.Zero : StopLimit);
        await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _reading.WaitAsync(StopLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
    }

    private void RequestStop() => ChildProcess.EndInput(_process, OperatingSystem.IsWindows() ? null : "stop");

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
