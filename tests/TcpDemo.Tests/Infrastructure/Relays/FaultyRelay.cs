using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TcpDemo.Tests.Infrastructure.Relays;

/// <summary>A fault of a relay in one direction.</summary>
public enum Fault
{
    None,
    FullCloseOnFin,
    SwallowFin,
    CutAfterFin,
    GoSilentAfterFin,
    DropTheLast,
    FlipAByte,
    ResetForFin,
    FinForReset,
    SwallowReset,
    Late,
    LateFin,
    StandStill,

    /// <summary>The relay ends when one of its connections is reset.</summary>
    EndOnReset,

    /// <summary>After a FIN the relay closes a connection on which nothing is transferred for a while.</summary>
    IdleCutAfterFin,

    /// <summary>
    /// The relay reads without a limit. A while after the end of stream it closes both connections, although it still
    /// has bytes to forward.
    /// </summary>
    CloseWithBytesLeft,

    /// <summary>The FIN is not forwarded if only a few bytes came before it.</summary>
    SwallowFinAfterLittle,

    /// <summary>The last 1000 bytes of a large transfer are not forwarded.</summary>
    DropTailOfLarge,

    /// <summary>
    /// If the relay has to wait to forward bytes, and then cannot, it keeps the other connection open.
    /// </summary>
    LeakWhenFull,
}

/// <summary>
/// A relay between a client and a server on loopback. It forwards bytes, FIN and RST in both directions, except for the
/// given faults. Short streams are never damaged, so that the queries of PathCheck get through.
/// </summary>
public sealed class FaultyRelay : IAsyncDisposable
{
    private readonly Socket _listener = Pair.Listen();
    private readonly EndPoint _server;
    private readonly Fault _upFault, _downFault;
    private readonly TimeSpan _after;
    private readonly WayToServer _way;
    private readonly Func<Task>? _standsUntil;
    private readonly ConcurrentBag<Socket> _connections = [];
    private readonly ConcurrentBag<FaultyPump> _pumps = [];
    private readonly Task _accepting;

    public FaultyRelay(EndPoint server, Fault clientToServer = Fault.None, Fault serverToClient = Fault.None,
        TimeSpan after = default, WayToServer? way = null, Func<Task>? standsUntil = null)
    {
        (_server, _upFault, _downFault, _after, _standsUntil) = (server, clientToServer, serverToClient,
            after, standsUntil);
        _way = way ?? ((_, to) => Pair.ConnectAsync(to));
        _accepting = AcceptAsync();
    }

    /// <summary>Ends the relay: it accepts no more connections, and closes those that it has.</summary>
    public void End() => _listener.Dispose();

    /// <summary>Resets all connections that the relay has now. Later ones are not affected.</summary>
    public void BreakAll()
    {
        foreach (Socket connection in _connections) connection.Abort();
    }

    /// <summary>Opens the connection to the server that belongs to a client's connection.</summary>
    public delegate Task<Socket> WayToServer(Socket client, EndPoint server);

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>
    /// The longest time from a FIN's arrival to its cut. On a busy machine it is longer than configured.
    /// </summary>
    public TimeSpan LatestCut => _pumps.Max(p => p.CutAfter) ?? TimeSpan.Zero;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting.WithTimeout();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = RelayAsync(await _listener.AcceptAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            foreach (Socket connection in _connections) connection.Dispose();
        }
    }

    private async Task RelayAsync(Socket client)
    {
        _connections.Add(client);
        try
        {
            Socket server = await _way(client, _server);
            _connections.Add(server);
            var up = new FaultyPump(client, server, _upFault, _after, _standsUntil);
            var down = new FaultyPump(server, client, _downFault, _after, _standsUntil);
            _pumps.Add(up);
            _pumps.Add(down);
            await Task.WhenAll(up.RunAsync(down), down.RunAsync(up));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The server has gone, or the relay was disposed.
            client.Dispose();
        }
    }
}
