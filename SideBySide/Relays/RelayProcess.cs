using System.Diagnostics;
using System.Net;
using System.Text;
using SideBySide.Tools;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Kernel;

namespace SideBySide.Relays;

/// <summary>
/// A relay that SideBySide has started. It and all its children end when this object is disposed, or when SideBySide is
/// killed.
/// </summary>
internal sealed class RelayProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10), OtherAddressLimit = TimeSpan.FromSeconds(1),
        StopLimit = TimeSpan.FromSeconds(10);

    // Only the last characters of the relay's output are kept, for a message.
    private const int MaxOutput = 400;

    private readonly Process _process;
    private readonly RelayStateList _states = new();
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _elsewhere = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading, _readingOutput;
    private readonly IPEndPoint _address;
    private string _otherAddress = "";

    private RelayProcess(Process process, IPEndPoint address)
    {
        _process = process;
        _address = address;
        _readingOutput = ReadOutputAsync();
        _reading = ReadReportsAsync();
    }

    /// <summary>When the relay was found to listen, in nanoseconds on the monotonic clock.</summary>
    public long ListeningAt { get; private set; }

    /// <summary>How the relay ended by itself: <c>ended with exit code 7</c>. Null while it is running.</summary>
    public string? HowEnded { get; private set; }

    /// <summary>The states of its sockets so far.</summary>
    public IReadOnlyList<RelayState> States => _states.All;

    /// <summary>
    /// Starts a relay to the server's port, and waits until it listens on <paramref name="address"/>.
    /// </summary>
    /// <exception cref="CommandException">It does not listen there.</exception>
    public static async Task<RelayProcess> StartAsync(
        RelayTemplate template, IPEndPoint address, int server, NetworkNamespace? inside, CancellationToken stop)
    {
        var relay = new RelayProcess(
            ChildProcess.Start([
                .. inside?.EnterCommand ?? [], .. ExternalTool.DetachCommand, ChildProcess.OwnProgram,
                RunRelayCommand.Name, "--listen", $"{address.Port}", "--server", $"{server}", "--",
                template.Fill(address.Port, server)]),
            address);
        if (await relay.WhyNotListeningAsync(stop) is not { } why) return relay;
        await relay.DisposeAsync();
        string output = Printable.OneLine(relay._output.ToString());
        throw new CommandException(output == "" ? $"{why}." : $"{why}. Its output: {output}");
    }

    /// <summary>Ends the relay and its children.</summary>
    public async ValueTask DisposeAsync()
    {
        ChildProcess.EndInput(_process);
        using var limit = new CancellationTokenSource(StopLimit);
        await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await Task.WhenAll(_reading, _readingOutput).WaitAsync(StopLimit)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
    }

    // Null if it listens, or if the run was interrupted.
    private async Task<string?> WhyNotListeningAsync(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(StartLimit);
        Task expired = Task.Delay(Timeout.Infinite, limit.Token);
        await Task.WhenAny(_listening.Task, _elsewhere.Task, _ended.Task, expired);
        if (!_listening.Task.IsCompleted && _elsewhere.Task.IsCompleted)
            await Task.WhenAny(_listening.Task, Task.Delay(OtherAddressLimit, CancellationToken.None));
        if (_listening.Task.IsCompleted || stop.IsCancellationRequested) return null;
        if (_elsewhere.Task.IsCompleted)
        {
            return $"the relay listens on {_otherAddress}, but the client connects to {_address}: "
                + $"make it listen on {_address.Address}";
        }

        return _ended.Task.IsCompleted
            ? $"the relay {HowEnded} before it listened on {_address}: check the command of --through"
            : $"the relay has not listened on {_address} within {StartLimit.TotalSeconds:0} s: "
                + "check the command of --through";
    }

    private async Task ReadReportsAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            string[] words = line.Split(' ', 2);
            switch (words[0])
            {
                case RunRelayCommand.Listening:
                    Listens([.. words[1].Split(' ').Select(IPEndPoint.Parse)]);
                    break;
                case RunRelayCommand.State when RelayState.Parse(words[1]) is { } state:
                    _states.Add(state);
                    break;
                case RunRelayCommand.Ended:
                    HowEnded = words[1] == "0" ? "ended" : $"ended with exit code {words[1]}";
                    _ended.TrySetResult();
                    break;
            }
        }

        // If no end was reported, the reporting process itself has ended.
        HowEnded ??= ListeningAt == 0 ? "could not be started" : "ended for an unknown reason";
        _ended.TrySetResult();
    }

    private void Listens(IPEndPoint[] listeners)
    {
        if (listeners.Any(l => BoundEndPoints.Overlap(l, _address)))
        {
            if (ListeningAt == 0) ListeningAt = Clock.Now;
            _listening.TrySetResult();
            return;
        }

        _otherAddress = string.Join(" and ", listeners.AsEnumerable());
        _elsewhere.TrySetResult();
    }

    private async Task ReadOutputAsync()
    {
        char[] buffer = new char[1024];
        while (await _process.StandardError.ReadAsync(buffer) is > 0 and var count)
        {
            lock (_output)
            {
                _output.Append(buffer, 0, count);
                if (_output.Length > MaxOutput) _output.Remove(0, _output.Length - MaxOutput);
            }
        }
    }
}
