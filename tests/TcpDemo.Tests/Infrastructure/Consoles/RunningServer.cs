using System.Net;
using System.Net.Sockets;
using EchoServer;
using EchoServer.Hosting;
using PathCheck.FarEnd;
using Serilog;
using Serilog.Events;

namespace TcpDemo.Tests.Infrastructure.Consoles;

/// <summary>EchoServer, or PathCheck's far end, inside this process, on a free port.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly Listener _listener;
    private readonly CancellationTokenSource _stop = new(), _now = new();

    private RunningServer(Listener listener, CollectingSink log)
    {
        _listener = listener;
        Log = log;
        Serving = listener.ServeAsync(_stop.Token, _now.Token);
    }

    public CollectingSink Log { get; }

    public Task Serving { get; }

    public IPEndPoint EndPoint => _listener.EndPoint;

    /// <param name="options">Its options; null for the defaults without simulated work.</param>
    /// <param name="level">The minimum level of its log.</param>
    /// <param name="wrap">Wraps the logger that collects the events; null for no wrapper.</param>
    internal static Task<RunningServer> StartAsync(ServerOptions? options = null,
        LogEventLevel level = LogEventLevel.Debug, Func<ILogger, ILogger>? wrap = null)
    {
        options ??= new ServerOptions { Think = TimeSpan.Zero };
        return StartAsync(options, ServerCommand.CreateHandler(options), level, wrap);
    }

    /// <summary>Starts the far end of PathCheck.</summary>
    internal static Task<RunningServer> StartFarEndAsync(ServerOptions? options = null,
        LogEventLevel level = LogEventLevel.Debug)
    {
        options ??= new ServerOptions();
        return StartAsync(options, new PathCheckHandler(options), level);
    }

    private static async Task<RunningServer> StartAsync(ServerOptions options, IConnectionHandler handler,
        LogEventLevel level, Func<ILogger, ILogger>? wrap = null)
    {
        var log = new CollectingSink(level);
        ILogger logger = wrap?.Invoke(log.Logger) ?? log.Logger;
        return new RunningServer(
            await Listener.OpenAsync(options with { Port = 0 }, handler, logger, CancellationToken.None), log);
    }

    public Task<Socket> ConnectAsync() => Pair.ConnectAsync(EndPoint);

    /// <summary>Sends a text, half-closes, and returns the reply.</summary>
    public async Task<string> EchoAsync(string text)
    {
        using Socket client = await ConnectAsync();
        await client.SendAsync(text);
        client.Shutdown(SocketShutdown.Send);
        return Encoding.ASCII.GetString(await client.ReadToEndAsync());
    }

    public void Stop() => _stop.Cancel();

    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        _now.Cancel();
        await Serving.WithTimeout();
        _listener.Dispose();
    }
}
