using System.Net;
using System.Net.Sockets;

namespace TcpDemo.Tests.Endurance.Attack;

/// <summary>
/// What a server on the internet meets, all at the same time: clients that reset at any moment, that never read, that
/// send a byte a second, that are silent.
/// </summary>
internal sealed class Attackers : IAsyncDisposable
{
    private static readonly byte[] Block = new byte[16 * 1024];
    private readonly IPEndPoint _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ClientPool> _pools = [];
    private Task _dripping = Task.CompletedTask, _resetting = Task.CompletedTask;
    private long _resets;

    private Attackers(IPEndPoint server) => _server = server;

    /// <summary>The number of resets so far. Throws if the attack has failed.</summary>
    public long Resets
    {
        get
        {
            if (_resetting.IsFaulted) _resetting.GetAwaiter().GetResult();
            return Volatile.Read(ref _resets);
        }
    }

    /// <summary>
    /// How many bytes were sent one a second, all of which came back: known when there are no further ones.
    /// </summary>
    public long Dripped { get; private set; }

    /// <summary>Starts this number of clients of each lasting kind.</summary>
    public static async Task<Attackers> BeginAsync(IPEndPoint server, int each)
    {
        var attackers = new Attackers(server);
        ClientPool silent = await ClientPool.ConnectAsync(server, each), deaf = await ClientPool.ConnectAsync(server,
            each, SmallWindow), slow = await ClientPool.ConnectAsync(server, each);
        attackers._pools.AddRange([silent, deaf, slow]);
        await FillAsync(deaf);
        attackers._dripping = Task.Run(() => attackers.DripAsync(slow));
        return attackers;
    }

    /// <summary>From now on there are resets, too.</summary>
    public void BeginResets(int perSecond) => _resetting = ResetAsync(perSecond);

    /// <summary>No resets any more, and no bytes one a second; the connections stay.</summary>
    public async Task PauseAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_dripping, _resetting).WithTimeout();
    }

    public async ValueTask DisposeAsync()
    {
        await PauseAsync();
        _pools.ForEach(c => c.Dispose());
    }

    // Where the window is small the server's kernel takes little, so that the server has to wait soon.
    private static void SmallWindow(Socket client)
    {
        const int Tcp = 6, TcpMaxSegment = 2;
        client.SetRawSocketOption(Tcp, TcpMaxSegment, BitConverter.GetBytes(536));
        client.ReceiveBufferSize = 2048;
    }

    private static Task FillAsync(ClientPool deaf)
    {
        deaf.Each(c => c.Blocking = false);
        int same = 0;
        return Eventually.BecomesTrueAsync(() =>
        {
            bool taken = false;
            deaf.Each(c => taken |= c.Send(Block, SocketFlags.None, out _) > 0);
            same = taken ? 0 : same + 1;
            return same == 40;
        });
    }

    // One loop for all, a fiftieth of them each time: a timer and two tasks for each byte would take more of the
    // machine than the server that is measured.
    private async Task DripAsync(ClientPool slow)
    {
        const int Parts = 50;
        slow.Each(c => c.Blocking = false);
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1) / Parts);
        try
        {
            for (int part = 0; await tick.WaitForNextTickAsync(_stop.Token); part = (part + 1) % Parts)
            {
                for (int i = part; i < slow.Count; i += Parts) Assert.Equal(1, slow[i].Send("."u8));
                Dripped += (slow.Count - part + Parts - 1) / Parts;
            }
        }
        catch (OperationCanceledException)
        {
            long back = 0;
            byte[] some = new byte[256];
            await Eventually.BecomesTrueAsync(() =>
            {
                slow.Each(c => back += Math.Max(0, c.Receive(some, SocketFlags.None, out _)));
                return back >= Dripped;
            }, () => $"{back} of {Dripped} single bytes came back");
            Assert.Equal(Dripped, back);
        }
    }

    // A few at a time, so that the rate holds: before it is accepted, in mid-echo, half-closed, or where chance has it.
    private Task ResetAsync(int perSecond) => Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
    {
        var random = new Random(worker);
        for (int i = worker; !_stop.IsCancellationRequested; i++)
        {
            using Socket client = await ClientPool.ConnectOneAsync(_server, i);
            if (i % 4 > 0) await client.SendAsync(Block);
            if (i % 4 > 1) client.Shutdown(SocketShutdown.Send);
            if (i % 4 == 3) await Task.Delay(random.Next(5));
            client.Abort();
            Interlocked.Increment(ref _resets);
            await Task.Delay(random.Next(2 * 8 * 1000 / perSecond));
        }
    }));
}
