using System.Net;
using System.Net.Sockets;

namespace Benchmarks.Servers;

/// <summary>An echo server as in a textbook: a task and a buffer for each connection, no pooling, no tuning.</summary>
internal static class Textbook
{
    public static async Task ServeAsync(int port, int bufferSize, CancellationToken stop)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen();
        Console.WriteLine($"listening on {((IPEndPoint)listener.LocalEndPoint!).Port}");
        while (true) _ = EchoAsync(await listener.AcceptAsync(stop), bufferSize);
    }

    private static async Task EchoAsync(Socket socket, int bufferSize)
    {
        using (socket)
        {
            try
            {
                Memory<byte> buffer = new byte[bufferSize];
                while (await socket.ReceiveAsync(buffer) is var count and > 0)
                {
                    for (Memory<byte> rest = buffer[..count]; rest.Length > 0;)
                        rest = rest[await socket.SendAsync(rest)..];
                }

                socket.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
                // The client has reset the connection, or is gone.
            }
        }
    }
}
