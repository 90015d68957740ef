using System.Diagnostics;
using System.Net;
using SideBySide.Running;
using SideBySide.Timeline;
using SideBySide.Tools;

namespace TcpDemo.Tests.Infrastructure.Consoles;

/// <summary><c>PathCheck serve</c>, the far end of a path, as a process on a free port.</summary>
public sealed class FarEndConsole : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private readonly Task<string> _errors;
    private int _events;

    private FarEndConsole(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    public int Port => _port.Task.Result;

    public int Id => _process.Id;

    /// <summary>The number of events it has written.</summary>
    public int EventCount => Volatile.Read(ref _events);

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="program">A build of PathCheck; null for the one next to the tests.</param>
    /// <param name="inside">Its network namespace; null for the one of the tests.</param>
    public static async Task<FarEndConsole> StartAsync(string? program = null, NetworkNamespace? inside = null)
    {
        var started = new FarEndConsole(ConsoleProcess.StartProgram(
            program ?? Programs.Ours("PathCheck"), ["serve", "--port", "0", "--log", "json", "--stop-with-stdin"],
            inside));
        await started._port.Task.WithTimeout();
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await Task.WhenAll(_reading, _errors, _process.WaitForExitAsync()).WithTimeout();
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            Interlocked.Increment(ref _events);
            if (!_port.Task.IsCompleted && JsonEventParser.Parse(line) is { } e
                && e.Get<string>("Phase") == "Listening")
                _port.TrySetResult(IPEndPoint.Parse(e.Get<string>("Local")!).Port);
        }

        _port.TrySetException(new InvalidOperationException("PathCheck serve ended: " + await _errors));
    }
}
