using System.Diagnostics;
using System.Text;

namespace SideBySide;

/// <summary>
/// A capture program of Wireshark's. It has begun when it says so; it ends when its starter closes its input, or is killed,
/// and then cleans up after itself.
/// </summary>
internal sealed class WiresharkProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30), StopLimit = TimeSpan.FromSeconds(10);

    // The shell ends it when its own input ends. Ctrl+C at a terminal reaches it too, and is not meant for it: there may be
    // segments to come.
    private static readonly string[] Keeper =
        ["sh", "-c", "trap '' INT; exec 3<&0; \"$@\" 3<&- & p=$!; { read -r x <&3; kill -TERM $p; } & c=$!; wait $p; kill $c", "sh"];

    private readonly Process _process;
    private readonly TaskCompletionSource<bool> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StringBuilder _messages = new();
    private readonly Task _reading;

    private WiresharkProcess(Process process, string readyAt)
    {
        _process = process;
        _reading = ReadMessagesAsync(readyAt);
    }

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
    public static async Task<WiresharkProcess> StartAsync(string program, string readyAt, IEnumerable<string> arguments, NetworkNamespace? inside)
    {
        string[] keeper = OperatingSystem.IsWindows() ? [] : Keeper;
        List<string> command = [.. inside?.EnterCommand ?? [], .. keeper, program, .. arguments];
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = new WiresharkProcess(Process.Start(start)!, readyAt);
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

    /// <summary>Stops it.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(OperatingSystem.IsWindows() ? TimeSpan.Zero : StopLimit);
        await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _reading;
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
