using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TcpDemo.Tests.Witness;

/// <summary>What a relay does wrong with one direction.</summary>
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
}

/// <summary>
/// A relay between a client and a server on loopback, which passes on bytes, FIN and RST in both directions, but for what it
/// is told to do wrong. Short streams are never damaged: the questions of a client that wants to know get through.
/// </summary>
public sealed class BadRelay : IAsyncDisposable
{
    /// <summary>So many bytes at the end of a stream are dropped.</summary>
    public const int Dropped = 100;

    private const int Short = 1000, FlippedByte = 5000;

    private readonly Socket _listener = Pair.Listen();
    private readonly EndPoint _server;
    private readonly Fault _upFault, _downFault;
    private readonly TimeSpan _after;
    private readonly WayToServer _way;
    private readonly Task? _goesOn;
    private readonly ConcurrentBag<Socket> _connections = [];
    private readonly Task _accepting;

    public BadRelay(EndPoint server, Fault clientToServer = Fault.None, Fault serverToClient = Fault.None, TimeSpan after = default, WayToServer? way = null, Task? goesOn = null)
    {
        (_server, _upFault, _downFault, _after, _goesOn) = (server, clientToServer, serverToClient, after, goesOn);
        _way = way ?? ((_, to) => Pair.ConnectAsync(to));
        _accepting = AcceptAsync();
    }

    /// <summary>How the connection to the server comes about that belongs to a client's.</summary>
    public delegate Task<Socket> WayToServer(Socket client, EndPoint server);

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting.Soon();
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
            var up = new Pump(client, server, _upFault, _after, _goesOn);
            var down = new Pump(server, client, _downFault, _after, _goesOn);
            await Task.WhenAll(up.RunAsync(down), down.RunAsync(up));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The server is gone, or the relay.
            client.Dispose();
        }
    }

    /// <summary>One direction of one connection.</summary>
    private sealed class Pump(Socket from, Socket to, Fault fault, TimeSpan after, Task? goesOn)
    {
        private byte[] _held = [];
        private long _passed;
        private volatile bool _silent, _ended;

        public async Task RunAsync(Pump back)
        {
            byte[] buffer = new byte[32 * 1024];
            try
            {
                if (fault == Fault.StandStill) from.ReceiveBufferSize = to.SendBufferSize = 16 * 1024;
                while (await from.ReceiveAsync(buffer.AsMemory()) is var count and > 0)
                {
                    await PassAsync(buffer[..count]);

                    // It reads no more, or not for a while, and holds the connection.
                    if (fault != Fault.StandStill || _passed <= Short) continue;
                    if (goesOn is null) return;
                    await goesOn;
                }

                _ended = true;
                if (!_silent) await FinAsync(back);
            }
            catch (SocketException) when (fault == Fault.FinForReset)
            {
                to.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException) when (fault == Fault.SwallowReset)
            {
                // The other side is never told.
            }
            catch (SocketException) when (!_silent)
            {
                // A reset on this side is one on the other.
                to.Abort();
                from.Abort();
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
            }
        }

        private async Task PassAsync(byte[] bytes)
        {
            if (_silent) return;
            if (fault == Fault.Late) await Task.Delay(after);
            if (fault == Fault.FlipAByte && _passed <= FlippedByte && FlippedByte < _passed + bytes.Length) bytes[FlippedByte - _passed] ^= 1;
            bytes = [.. _held, .. bytes];
            _passed += bytes.Length - _held.Length;
            int held = fault == Fault.DropTheLast && _passed > Short ? Math.Min(Dropped, bytes.Length) : 0;
            _held = bytes[^held..];
            for (Memory<byte> rest = bytes.AsMemory(0, bytes.Length - held); rest.Length > 0;) rest = rest[await to.SendAsync(rest)..];
        }

        private async Task FinAsync(Pump back)
        {
            if (fault == Fault.SwallowFin) return;
            if (fault == Fault.LateFin) await Task.Delay(after);
            if (fault == Fault.ResetForFin)
            {
                to.Abort();
                return;
            }

            to.Shutdown(SocketShutdown.Send);
            if (fault is not (Fault.FullCloseOnFin or Fault.CutAfterFin or Fault.GoSilentAfterFin)) return;
            await Task.Delay(after);
            if (back._ended) return;
            if (fault == Fault.GoSilentAfterFin)
            {
                back._silent = true;
                return;
            }

            from.Shutdown(SocketShutdown.Send);
            from.Dispose();
            to.Dispose();
        }
    }
}
