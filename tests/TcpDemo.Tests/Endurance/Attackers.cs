using System.Net;
using System.Net.Sockets;

namespace TcpDemo.Tests.Endurance;

/// <summary>
/// What a server on the internet meets, all at the same time: clients that reset at any moment, that never read, that
/// send a byte a second, that say nothing.
/// </summary>
internal sealed class Attackers : IAsyncDisposable
{
    private static readonly byte[] Block = new byte[16 * 1024];
    private readonly IPEndPoint _server;
    private readonly CancellationTokenSource _enough = new();
    private readonly List<Crowd> _crowds = [];
    private Task _dripping = Task.CompletedTask, _resetting = Task.CompletedTask;
    private long _resets, _dripped;

    private Attackers(IPEndPoint server) => _server = server;

    public long Resets => Volatile.Read(ref _resets);

    /// <summary>How many of the bytes that came one a second came back.</summary>
    public long Dripped => Volatile.Read(ref _dripped);

    /// <summary>So many of each kind that lasts.</summary>
    public static async Task<Attackers> BeginAsync(IPEndPoint server, int each)
    {
        var attackers = new Attackers(server);
        Crowd silent = await Crowd.ConnectAsync(server, each), deaf = await Crowd.ConnectAsync(server, each, SmallWindow), slow = await Crowd.ConnectAsync(server, each);
        attackers._crowds.AddRange([silent, deaf, slow]);
        await FillAsync(deaf);
        attackers._dripping = Task.WhenAll(Enumerable.Range(0, slow.Count).Select(i => attackers.DripAsync(slow[i], i / (double)slow.Count)));
        return attackers;
    }

    /// <summary>From now on there are resets, too.</summary>
    public void BeginResets(int perSecond) => _resetting = ResetAsync(perSecond);

    /// <summary>No resets any more, and no bytes one a second; the connections stay.</summary>
    public async Task PauseAsync()
    {
        await _enough.CancelAsync();
        await Task.WhenAll(_dripping, _resetting).Soon();
    }

    public async ValueTask DisposeAsync()
    {
        await PauseAsync();
        _crowds.ForEach(c => c.Dispose());
    }

    // Where the window is small the server's kernel takes little, so that the server has to wait soon.
    private static void SmallWindow(Socket client)
    {
        const int Tcp = 6, TcpMaxSegment = 2;
        client.SetRawSocketOption(Tcp, TcpMaxSegment, BitConverter.GetBytes(536));
        client.ReceiveBufferSize = 2048;
    }

    private static Task FillAsync(Crowd deaf)
    {
        deaf.Each(c => c.Blocking = false);
        int same = 0;
        return Until.TrueAsync(() =>
        {
            bool taken = false;
            deaf.Each(c => taken |= c.Send(Block, SocketFlags.None, out _) > 0);
            same = taken ? 0 : same + 1;
            return same == 40;
        });
    }

    // Each in its own part of the second.
    private async Task DripAsync(Socket socket, double part)
    {
        byte[] one = [(byte)'.'];
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(part), _enough.Token);
            while (true)
            {
                await socket.SendAsync(one, _enough.Token);
                Assert.Equal(1, await socket.ReceiveAsync(one, _enough.Token));
                Interlocked.Increment(ref _dripped);
                await Task.Delay(TimeSpan.FromSeconds(1), _enough.Token);
            }
        }
        catch (OperationCanceledException) when (_enough.IsCancellationRequested)
        {
        }
    }

    // A few at a time, so that the rate holds: before it is accepted, in mid-echo, half-closed, or where chance has it.
    private Task ResetAsync(int perSecond) => Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
    {
        var random = new Random(worker);
        for (int i = worker; !_enough.IsCancellationRequested; i++)
        {
            using Socket client = await Crowd.ConnectOneAsync(_server, i);
            if (i % 4 > 0) await client.SendAsync(Block);
            if (i % 4 > 1) client.Shutdown(SocketShutdown.Send);
            if (i % 4 == 3) await Task.Delay(random.Next(5));
            client.Abort();
            Interlocked.Increment(ref _resets);
            await Task.Delay(random.Next(2 * 8 * 1000 / perSecond));
        }
    }));
}
