using System.Net;
using System.Net.Sockets;

namespace TcpDemo.Tests.Infrastructure.Sockets;

/// <summary>
/// Many plain clients at once, in this process. They come from several addresses of loopback, so that the ports of one are
/// not used up.
/// </summary>
public sealed class ClientPool : IDisposable
{
    private const int AtOnce = 128, Addresses = 8;

    private readonly Socket[] _members;

    private ClientPool(Socket[] members) => _members = members;

    public int Count => _members.Length;

    public Socket this[int member] => _members[member];

    /// <summary>Connects so many clients; the server's backlog never has to hold more than a few of them.</summary>
    public static async Task<ClientPool> ConnectAsync(IPEndPoint server, int count, Action<Socket>? prepare = null)
    {
        var members = new Socket[count];
        var crowd = new ClientPool(members);
        try
        {
            await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
                async (i, _) => members[i] = await ConnectOneAsync(server, i, prepare));
        }
        catch
        {
            crowd.Dispose();
            throw;
        }

        return crowd;
    }

    /// <summary>One client, from the address that is the turn's.</summary>
    public static async Task<Socket> ConnectOneAsync(IPEndPoint server, int turn, Action<Socket>? prepare = null)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            prepare?.Invoke(client);
            client.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(2 + (turn % Addresses))]), 0));
            await client.ConnectAsync(server).WithTimeout();
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Lets all of them do something at the same time, and waits for it.</summary>
    public Task<T[]> EachAsync<T>(Func<Socket, int, Task<T>> step) => Task.WhenAll(_members.Select(step));

    /// <summary>Lets those that <paramref name="which"/> names do something, one after the other.</summary>
    public void Each(Action<Socket> step, Range? which = null)
    {
        foreach (Socket member in _members[which ?? Range.All]) step(member);
    }

    public void Dispose()
    {
        foreach (Socket? member in _members) member?.Dispose();
    }
}

/// <summary>What the members of a crowd do, with little memory each.</summary>
public static class CrowdSteps
{
    /// <summary>Half-closes behind a message and reads to the end of stream.</summary>
    /// <returns>What came, cut where it is longer than the message by more than a byte.</returns>
    public static async Task<byte[]> EchoAsync(this Socket socket, ReadOnlyMemory<byte> message)
    {
        await socket.SendAsync(message);
        socket.Shutdown(SocketShutdown.Send);
        return await socket.ReadAsync(message.Length + 1);
    }

    /// <summary>Reads to the end of stream, or so many bytes.</summary>
    public static async Task<byte[]> ReadAsync(this Socket socket, int most)
    {
        byte[] buffer = new byte[most];
        int length = 0;
        while (length < most && await socket.ReceiveAsync(buffer.AsMemory(length)) is var count and > 0) length += count;
        return buffer[..length];
    }
}
