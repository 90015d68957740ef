using System.Net.Sockets;
using TcpClose.Kernel;

namespace TcpDemo.Tests.Infrastructure.Sockets;

/// <summary>Socket operations that many tests use.</summary>
public static class SocketSteps
{
    public static async Task SendAsync(this Socket socket, string text) =>
        Assert.Equal(text.Length, await socket.SendAsync(Encoding.ASCII.GetBytes(text)).WithTimeout());

    /// <summary>Reads once.</summary>
    public static async Task<string> ReceiveAsync(this Socket socket)
    {
        byte[] buffer = new byte[4096];
        int count = await socket.ReceiveAsync(buffer).WithTimeout();
        return Encoding.ASCII.GetString(buffer, 0, count);
    }

    /// <summary>Reads to the end of stream.</summary>
    public static async Task<byte[]> ReadToEndAsync(this Socket socket)
    {
        var all = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer).WithTimeout() is var count and > 0) all.Write(buffer, 0, count);
        return all.ToArray();
    }

    /// <summary>Sends as much as the kernel accepts while the peer does not read.</summary>
    /// <returns>The number of bytes.</returns>
    public static int Fill(this Socket socket)
    {
        socket.Blocking = false;
        byte[] block = new byte[64 * 1024];
        int sent = 0, taken;
        while ((taken = socket.Send(block, SocketFlags.None, out _)) > 0) sent += taken;
        return sent;
    }

    /// <summary>Closes with linger 0, which sends a RST.</summary>
    public static void Abort(this Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    /// <summary>Sends the last bytes and the FIN in one segment.</summary>
    public static void SendWithFin(this Socket socket, string words)
    {
        // With TCP_CORK the kernel briefly holds back a segment that is not full. The FIN releases it and is sent in
        // the same segment.
        Assert.True(TcpCork.TrySet(socket));
        Assert.Equal(words.Length, socket.Send(Encoding.ASCII.GetBytes(words)));
        socket.Shutdown(SocketShutdown.Send);
    }
}
