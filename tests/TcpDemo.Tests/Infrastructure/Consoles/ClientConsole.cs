using System.Collections.Concurrent;
using Serilog.Events;
using SideBySide.Running;
using SideBySide.Timeline;
using SideBySide.Tools;

namespace TcpDemo.Tests.Infrastructure.Consoles;

/// <summary>EchoClient as a process. Its events can be read while it runs.</summary>
public sealed class ClientConsole : IAsyncDisposable
{
    private readonly ConsoleProcess _process;
    private readonly ConcurrentQueue<LogEvent> _events = new();
    private readonly Task _reading;

    public ClientConsole(int port, NetworkNamespace? inside, params string[] arguments)
        : this("EchoClient", port, inside, arguments)
    {
    }

    /// <summary>Starts another build of EchoClient.</summary>
    public ClientConsole(string program, int port, NetworkNamespace? inside, params string[] arguments)
    {
        _process = ConsoleProcess.Start(program, ["--port", $"{port}", .. arguments], inside);
        _reading = ReadAsync();
    }

    /// <summary>Its exit code, its last sentence, and its standard error.</summary>
    public sealed record Result(int ExitCode, string? Verdict, string Errors);

    public int Id => _process.Id;

    public IReadOnlyList<LogEvent> Events => [.. _events];

    public IReadOnlyList<string> Phases => [.. Events.Select(e => e.Get<string>("Phase")).OfType<string>()];

    /// <summary>Waits until it is connected and returns its port.</summary>
    public async Task<int> PortAsync()
    {
        int port = 0;
        await Eventually.BecomesTrueAsync(() =>
            (port = Events.Select(e => e.Get<int>("Connection")).FirstOrDefault(p => p != 0)) != 0);
        return port;
    }

    /// <summary>Waits until it exits.</summary>
    public async Task<Result> EndAsync()
    {
        int code = await _process.ExitAsync().WithTimeout();
        await _reading.WithTimeout();
        return new Result(code, Events is [.., var last] ? last.Get<string>("Sentence") : null,
            (await _process.Errors.WithTimeout()).Trim());
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task ReadAsync()
    {
        await foreach (LogEvent e in _process.Events.ReadAllAsync()) _events.Enqueue(e);
    }
}
