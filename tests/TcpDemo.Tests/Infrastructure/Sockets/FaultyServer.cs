using System.Net;
using System.Net.Sockets;

namespace TcpDemo.Tests.Infrastructure.Sockets;

/// <summary>A server that runs a function on each connection and then closes it.</summary>
public sealed class FaultyServer : IAsyncDisposable
{
    private readonly Socket _listener = Pair.Listen();
    private readonly Task _accepting;

    /// <param name="serve">Serves a connection; the number is the connection's index.</param>
    public FaultyServer(Func<Socket, int, Task> serve) => _accepting = AcceptAsync(serve);

    public EndPoint EndPoint => _listener.LocalEndPoint!;

    public void StopListening() => _listener.Dispose();

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting.WithTimeout();
    }

    private async Task AcceptAsync(Func<Socket, int, Task> serve)
    {
        var connections = new List<Task>();
        try
        {
            for (int serial = 0; ; serial++) connections.Add(ServeAsync(await _listener.AcceptAsync(), serial, serve));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }

        await Task.WhenAll(connections);
    }

    private static async Task ServeAsync(Socket socket, int serial, Func<Socket, int, Task> serve)
    {
        using (socket) await serve(socket, serial);
    }
}
