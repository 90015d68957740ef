using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using EchoServer;
using EchoServer.Hosting;
using PathCheck.Faults;
using PathCheck.Relaying;
using TcpClose.Sockets;

namespace TcpDemo.Tests.Infrastructure.Relays;

/// <summary>
/// <c>PathCheck relay</c> inside this process, between a client and a server on loopback. It also has the faults of
/// <see cref="TestFaults"/>.
/// </summary>
public sealed class FaultyRelay : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new(), _now = new();
    private readonly ConcurrentBag<ObservedSocket> _connections = [];
    private readonly ConcurrentBag<Fault> _faults = [];
    private readonly RelayHandler _handler;
    private readonly Listener _listener;
    private readonly Task _serving;
    private readonly CollectingSink _log = new(Serilog.Events.LogEventLevel.Debug);

    /// <param name="server">Where it forwards to.</param>
    /// <param name="toServer">The fault from client to server, as the command line spells it.</param>
    /// <param name="toClient">The fault from server to client.</param>
    /// <param name="way">Opens the connection to the server; null for a plain connection.</param>
    internal FaultyRelay(
        EndPoint server, string toServer = "none", string toClient = "none", WayToServer? way = null)
        : this(server, TestFaults.Parse(toServer), TestFaults.Parse(toClient), way)
    {
    }

    internal FaultyRelay(
        EndPoint server, Func<Fault> toServer, Func<Fault>? toClient = null, WayToServer? way = null)
    {
        way ??= (_, connectAsync) => connectAsync(server);
        var options = new RelayOptions
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)server).Port,
            ToServer = () => Keep(toServer()),
            ToClient = () => Keep(toClient?.Invoke() ?? new Fault()),
        };
        _handler = new RelayHandler(options, _log.Logger, _stop.Token)
        {
            Connect = async client =>
            {
                _connections.Add(client);
                ObservedSocket connected = await way(client, ConnectAsync);
                _connections.Add(connected);
                return connected;
            },
        };

        // GetResult does not wait, because the address needs no look-up.
        _listener = Listener.OpenAsync(new ServerOptions { Port = 0, DescriptorsPerConnection = 2 }, _handler,
            _log.Logger, CancellationToken.None).GetAwaiter().GetResult();
        _serving = _listener.ServeAsync(_stop.Token, _now.Token);
    }

    /// <summary>Opens the relay's connection to the server, after a client has connected.</summary>
    internal delegate Task<ObservedSocket> WayToServer(
        ObservedSocket client, Func<EndPoint, Task<ObservedSocket>> connectAsync);

    public int Port => _listener.EndPoint.Port;

    /// <summary>
    /// The longest time from a FIN to the cut after it. On a busy machine it may be longer than configured.
    /// </summary>
    public TimeSpan LatestCut =>
        _faults.OfType<AfterFin>().Max(f => f.DoneAfter) ?? TimeSpan.Zero;

    /// <summary>Whether one of its events contains this text.</summary>
    public bool HasNoted(string what) => Noted().Any(text => text.Contains(what, StringComparison.Ordinal));

    /// <summary>The texts of its events, in order.</summary>
    public IReadOnlyList<string> Noted() => [.. _log.Events.Select(e => e.RenderMessage())];

    /// <summary>Ends the relay, and aborts its connections.</summary>
    public void End()
    {
        _stop.Cancel();
        _now.Cancel();
    }

    /// <summary>Resets all connections that the relay has now.</summary>
    public void BreakAll()
    {
        foreach (ObservedSocket connection in _connections) connection.Abort("the relay breaks all connections");
    }

    public async ValueTask DisposeAsync()
    {
        End();
        BreakAll();
        foreach (TestFaults.LeakWhenFull leak in _faults.OfType<TestFaults.LeakWhenFull>()) leak.Release();
        await _serving.WithTimeout();
        _handler.Dispose();
        _listener.Dispose();
        Assert.Empty(_log.Events.Where(e => e.Level == Serilog.Events.LogEventLevel.Error)
            .Select(e => e.RenderMessage(CultureInfo.InvariantCulture)));
    }

    private Fault Keep(Fault fault)
    {
        _faults.Add(fault);
        return fault;
    }

    private Task<ObservedSocket> ConnectAsync(EndPoint server) =>
        _handler.ConnectAsync(((IPEndPoint)server).Address.ToString(), ((IPEndPoint)server).Port);
}
