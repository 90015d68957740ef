using System.Net;
using System.Net.Sockets;

namespace TcpDemo.Tests.Infrastructure.Sockets;

/// <summary>
/// Many concurrent clients in this process. They use several loopback addresses, because one might not have enough
/// ports.
/// </summary>
public sealed class ClientPool : IDisposable
{
    private const int MaxConcurrent = 128, Addresses = 8;

    private readonly Socket[] _members;

    private ClientPool(Socket[] members) => _members = members;

    public int Count => _members.Length;

    public Socket this[int member] => _members[member];

    /// <summary>
    /// Connects this many clients. Limits the simultaneous attempts, so that they do not overflow the backlog.
    /// </summary>
    public static async Task<ClientPool> ConnectAsync(IPEndPoint server, int count, Action<Socket>? prepare = null)
    {
        var members = new Socket[count];
        var pool = new ClientPool(members);
        try
        {
            await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrent },
                async (i, _) => members[i] = await ConnectOneAsync(server, i, prepare));
        }
        catch
        {
            pool.Dispose();
            throw;
        }

        return pool;
    }

    /// <summary>Connects one client. Its number selects its address.</summary>
    public static async Task<Socket> ConnectOneAsync(IPEndPoint server, int number, Action<Socket>? prepare = null)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            prepare?.Invoke(client);
            client.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(2 + (number % Addresses))]), 0));
            await client.ConnectAsync(server).WithTimeout();
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Runs a step on all clients concurrently and returns the results.</summary>
    public Task<T[]> EachAsync<T>(Func<Socket, int, Task<T>> step) => Task.WhenAll(_members.Select(step));

    /// <summary>Runs a step on the clients in <paramref name="which"/>, by default all, one after the other.</summary>
    public void Each(Action<Socket> step, Range? which = null)
    {
        foreach (Socket member in _members[which ?? Range.All]) step(member);
    }

    public void Dispose()
    {
        foreach (Socket? member in _members) member?.Dispose();
    }
}
