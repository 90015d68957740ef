using System.Net;
using Serilog.Events;
using SideBySide.Timeline;
using SideBySide.Tools;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Scenarios;

namespace SideBySide.Running;

/// <summary>EchoServer and EchoClient of a run. Both have ended when this object is disposed.</summary>
internal sealed class ConsolePair(Scenario scenario, NetworkNamespace? inside, MergedEventPrinter printer)
    : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private ConsoleProcess? _server;
    private LogEvent? _listening;

    /// <summary>Starts the server and waits until it listens.</summary>
    /// <returns>Its address; null if the user interrupted.</returns>
    /// <exception cref="CommandException">It does not listen.</exception>
    public async Task<IPEndPoint?> StartServerAsync(int port, CancellationToken stop)
    {
        _server = ConsoleProcess.Start("EchoServer", ["--port", $"{port}", .. scenario.ServerArguments], inside);
        _listening = await ListeningAsync(_server, stop);
        return _listening is null ? null : IPEndPoint.Parse(_listening.Get<string>("Local")!);
    }

    /// <summary>Runs the client to its end, and then ends the server.</summary>
    /// <returns>The worse of the two exit codes.</returns>
    public async Task<int> RunClientAsync(
        IPEndPoint to, IEnumerable<string> arguments, RunClock clock, CancellationToken stop)
    {
        await using ConsoleProcess client = ConsoleProcess.Start("EchoClient",
            ["--host", $"{to.Address}", "--port", $"{to.Port}", "--scenario", scenario.Name, .. arguments], inside);
        Task printing = printer.PrintAsync(_server is null ? [client] : [client, _server], _listening, clock);

        // The client ends by itself. After a stop request both consoles end within a limit.
        await ((Task)client.ExitAsync(stop)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        int clientCode = await client.StopAsync(),
            serverCode = _server is null ? ExitCode.Success : await _server.StopAsync();
        await printing;
        StandardError.Write(await client.Errors + (_server is null ? "" : await _server.Errors));
        return Math.Max(Known(clientCode), Known(serverCode));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    // A crashed console returns some other code, on Windows a negative one.
    private static int Known(int code) =>
        code is ExitCode.Success or ExitCode.CouldNotRun ? code : ExitCode.UnexpectedResult;

    private static async Task<LogEvent?> ListeningAsync(ConsoleProcess server, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(StartLimit);
        try
        {
            await foreach (LogEvent e in server.Events.ReadAllAsync(limit.Token))
                if (e.Is(ClosePhase.Listening))
                    return e;
        }
        catch (OperationCanceledException)
        {
        }

        await server.StopAsync();
        if (stop.IsCancellationRequested) return null;
        string errors = (await server.Errors).Trim();
        throw new CommandException(errors != ""
            ? errors
            : $"EchoServer did not listen within {new Duration(StartLimit)}.");
    }
}
