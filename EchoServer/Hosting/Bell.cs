using System.Net;
using System.Net.Sockets;

namespace EchoServer.Hosting;

/// <summary>
/// A socket that sends a byte to itself. Who waits for that byte goes on when a thread that waits for sockets has seen to those
/// that were ready before. The thread pool would let the others go first as well, but where completions are inlined it goes on with
/// a further thread beside those, and on one processor a life cycle took a quarter more of its time.
/// </summary>
internal sealed class Bell : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1), MuteFor = TimeSpan.FromSeconds(10);

    private readonly byte[] _stroke = new byte[1];
    private Socket? _socket;
    private long _muteUntil;

    /// <summary>Rings, and waits for the sound. One caller at a time.</summary>
    public async ValueTask RingAsync()
    {
        if (Environment.TickCount64 < _muteUntil)
        {
            await Task.Yield();
            return;
        }

        try
        {
            _socket ??= Connected();
            Task<int> heard = _socket.ReceiveAsync(_stroke);
            _socket.Send(_stroke);
            await heard.WaitAsync(Longest);
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            // No loopback, no descriptor, a firewall that swallows it, or the machine stood still. For a while by way of the pool.
            Dispose();
            _socket = null;
            _muteUntil = Environment.TickCount64 + (long)MuteFor.TotalMilliseconds;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private static Socket Connected()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            // Connected to itself, it hears nobody else: what came before that is thrown away.
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            socket.Connect(socket.LocalEndPoint!);
            while (socket.Available > 0) socket.Receive(new byte[1]);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }
}
