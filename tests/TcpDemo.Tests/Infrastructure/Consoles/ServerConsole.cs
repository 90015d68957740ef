using System.Collections.Concurrent;
using System.Net;
using Serilog.Events;
using SideBySide.Running;
using SideBySide.Timeline;
using SideBySide.Tools;

namespace TcpDemo.Tests.Infrastructure.Consoles;

/// <summary>EchoServer as a process on a free port.</summary>
public sealed class ServerConsole : IAsyncDisposable
{
    private readonly ConsoleProcess _process;
    private readonly NetworkNamespace? _inside;
    private readonly ConcurrentQueue<LogEvent> _events = new();
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;

    private ServerConsole(ConsoleProcess process, NetworkNamespace? inside)
    {
        _process = process;
        _inside = inside;
        _reading = ReadAsync();
    }

    public int Port => _port.Task.Result;

    public int Id => _process.Id;

    /// <summary>Its events except <c>Listening</c>.</summary>
    public IReadOnlyList<LogEvent> Events => [.. _events];

    public static Task<ServerConsole> StartAsync(NetworkNamespace? inside, params string[] arguments) =>
        StartProgramAsync("EchoServer", inside, arguments);

    /// <summary>Starts a build of EchoServer.</summary>
    public static async Task<ServerConsole> StartProgramAsync(string program, NetworkNamespace? inside,
        params string[] arguments)
    {
        var server = new ServerConsole(ConsoleProcess.Start(program, ["--port", "0", .. arguments], inside), inside);
        await server._port.Task.WithTimeout();
        return server;
    }

    /// <summary>Runs EchoClient. Asserts exit code 0 and an empty standard error.</summary>
    public async Task<List<LogEvent>> RunClientAsync(params string[] arguments)
    {
        await using ConsoleProcess client = ConsoleProcess.Start("EchoClient",
            ["--port", $"{Port}", .. arguments], _inside);
        var events = new List<LogEvent>();
        await foreach (LogEvent e in client.Events.ReadAllAsync()) events.Add(e);
        Assert.Equal(0, await client.ExitAsync().WithTimeout());
        Assert.Equal("", await client.Errors);
        return events;
    }

    /// <summary>Waits until the server has closed its end of a client's connection.</summary>
    /// <param name="clientPort">The client's port.</param>
    /// <param name="after">
    /// The earliest time of the close, in monotonic nanoseconds: an earlier connection may have had the same port.
    /// </param>
    public Task WaitForEndOfAsync(int clientPort, long after = 0) =>
        Eventually.BecomesTrueAsync(() => _events.Any(e => e.Get<int>("Connection") == clientPort
            && e.Get<string>("Phase") == "SocketClosed" && e.Get<long>("ReturnedAt") > after));

    /// <summary>Requests a stop and waits until the server exits.</summary>
    public async Task<(int ExitCode, List<LogEvent> Events)> StopAsync()
    {
        _process.RequestStop();
        int code = await _process.ExitAsync().WithTimeout();
        await _reading.WithTimeout();
        Assert.Equal("", await _process.Errors);
        return (code, [.. _events]);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task ReadAsync()
    {
        await foreach (LogEvent e in _process.Events.ReadAllAsync())
        {
            if (e.Get<string>("Phase") == "Listening")
                _port.TrySetResult(IPEndPoint.Parse(e.Get<string>("Local")!).Port);
            else _events.Enqueue(e);
        }

        _port.TrySetException(new InvalidOperationException("EchoServer ended: " + await _process.Errors));
    }
}
