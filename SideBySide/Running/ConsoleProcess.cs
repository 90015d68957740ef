using System.Diagnostics;
using System.Threading.Channels;
using Serilog.Events;
using SideBySide.Timeline;
using SideBySide.Tools;

namespace SideBySide.Running;

/// <summary>
/// EchoServer or EchoClient as a child process, with its events. The child stops when its standard input ends, which
/// also happens if the parent is killed.
/// </summary>
public sealed class ConsoleProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    private readonly Process _process;
    private readonly Channel<LogEvent> _events = Channel.CreateBounded<LogEvent>(1024);
    private readonly Task _reading;
    private readonly Task<string> _errors;

    private ConsoleProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        _reading = ReadEventsAsync();
    }

    /// <summary>Starts a console with <c>--log json</c>.</summary>
    /// <param name="program">
    /// <c>EchoServer</c>, <c>EchoClient</c>, or the absolute path of another program, without <c>.exe</c>.
    /// </param>
    /// <param name="arguments">Its further arguments.</param>
    /// <param name="inside">The network namespace to run in; null for the machine's own.</param>
    public static ConsoleProcess Start(string program, IEnumerable<string> arguments, NetworkNamespace? inside = null)
    {
        string file = Path.Combine(AppContext.BaseDirectory, program + (OperatingSystem.IsWindows() ? ".exe" : ""));
        return new ConsoleProcess(StartProgram(file, ["--stop-with-stdin", "--log", "json", .. arguments], inside));
    }

    /// <summary>Starts any program with its three standard streams redirected.</summary>
    public static Process StartProgram(string file, IEnumerable<string> arguments, NetworkNamespace? inside = null) =>
        inside is null
            ? ChildProcess.Start([file, .. arguments])
            : ChildProcess.Start([.. inside.EnterCommand, ChildProcess.Existing(file), .. arguments]);

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>The console's events. The channel completes when the console's output ends.</summary>
    public ChannelReader<LogEvent> Events => _events.Reader;

    /// <summary>The console's standard error, when the console has ended.</summary>
    public Task<string> Errors => _errors;

    /// <summary>Requests that the console stop, as Ctrl+C does.</summary>
    public void RequestStop() => ChildProcess.EndInput(_process);

    /// <summary>Waits for the end of the console and of its output.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync(CancellationToken cancel = default)
    {
        await _process.WaitForExitAsync(cancel);
        await _reading.WaitAsync(cancel);
        return _process.ExitCode;
    }

    /// <summary>Requests that the console stop, and kills it if it is still running after 15 seconds.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        RequestStop();
        using var limit = new CancellationTokenSource(StopLimit);
        await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Stops the console, if it has not ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        // If nothing reads the events any more, a write may be waiting for room: completing the channel ends it.
        _events.Writer.TryComplete();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
    }

    private async Task ReadEventsAsync()
    {
        try
        {
            while (await _process.StandardOutput.ReadLineAsync() is { } line)
                if (JsonEventParser.Parse(line) is { } logEvent)
                    await _events.Writer.WriteAsync(logEvent);
        }
        finally
        {
            _events.Writer.TryComplete();
        }
    }
}
