using System.Diagnostics;
using System.Text.RegularExpressions;
using TcpClose.Cli;

namespace Benchmarks.Running;

/// <summary>A running server process and its port.</summary>
internal sealed partial class Server : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20), StopLimit = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Task _reading;

    private Server(Process process, int port)
    {
        _process = process;
        Port = port;
        // A server would block if nothing read its output.
        _reading = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    public int Port { get; }

    /// <summary>The process id of the server itself: taskset and sh become the server (exec).</summary>
    public int Id => _process.Id;

    /// <summary>
    /// Starts a server, and waits until it listens. <paramref name="file"/> receives the server's standard output; if
    /// it is null, this object reads the output.
    /// </summary>
    public static async Task<Server> StartAsync(IEnumerable<string> command, CancellationToken stop,
        string? file = null)
    {
        Process process =
            Programs.Start(file is null ? command : ["sh", "-c", "exec \"$@\" > \"$0\"", file, .. command]);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(StartLimit);
        try
        {
            string line = file is null
                ? await process.StandardOutput.ReadLineAsync(limit.Token) ?? ""
                : await FirstLineAsync(file, limit.Token);
            if (ListeningPort().Match(line) is { Success: true } words)
                return new Server(process, int.Parse(words.Groups[1].Value, null));
            throw new CommandException($"{string.Join(' ', command)} did not start to listen: "
                + $"{line}{await process.StandardError.ReadToEndAsync(limit.Token)}");
        }
        catch (Exception e)
        {
            process.Kill();
            if (e is OperationCanceledException && !stop.IsCancellationRequested)
                throw new CommandException(
                    $"{string.Join(' ', command)} did not start to listen within {StartLimit.TotalSeconds} s.");
            throw;
        }
    }

    /// <summary>Closes the server's standard input, and kills the server if it does not end in time.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(StopLimit);
        await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private static async Task<string> FirstLineAsync(string file, CancellationToken limit)
    {
        while (true)
        {
            if (File.Exists(file) && await File.ReadAllTextAsync(file, limit) is var text && text.Contains('\n'))
                return text[..text.IndexOf('\n')];
            await Task.Delay(10, limit);
        }
    }

    // Matches "listening on 8888", or EchoServer's event.
    [GeneratedRegex(@"(?:listening|Listen) on (?:127\.0\.0\.1:)?(\d+)")]
    private static partial Regex ListeningPort();
}
