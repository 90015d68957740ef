using System.Net;
using System.Net.Sockets;
using EchoServer;
using EchoServer.Hosting;
using Serilog.Events;

namespace TcpDemo.Tests.Infrastructure;

/// <summary>EchoServer inside this process, on a free port.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly Listener _listener;
    private readonly CancellationTokenSource _stop = new(), _now = new();

    private RunningServer(Listener listener, ServerOptions options, CollectingSink log)
    {
        _listener = listener;
        Log = log;
        Serving = listener.ServeAsync(ServerCommand.CreateHandler(options), _stop.Token, _now.Token);
    }

    public CollectingSink Log { get; }

    public Task Serving { get; }

    public IPEndPoint EndPoint => _listener.EndPoint;

    internal static async Task<RunningServer> StartAsync(ServerOptions? options = null, LogEventLevel level = LogEventLevel.Debug)
    {
        var log = new CollectingSink(level);
        options ??= new ServerOptions { Think = TimeSpan.Zero };
        return new RunningServer(await Listener.OpenAsync(options with { Port = 0 }, log.Logger, CancellationToken.None), options, log);
    }

    public Task<Socket> ConnectAsync() => Pair.ConnectAsync(EndPoint);

    /// <summary>Sends a text, half-closes, and reads what comes back.</summary>
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
