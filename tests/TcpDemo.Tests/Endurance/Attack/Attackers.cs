using System.Net;
using System.Net.Sockets;

namespace TcpDemo.Tests.Endurance.Attack;

/// <summary>
/// Hostile clients, all at the same time: some reset at any moment, some never read, some send a byte a second, some
/// are silent.
/// </summary>
internal sealed class Attackers : IAsyncDisposable
{
    private static readonly byte[] Block = new byte[16 * 1024];
    private readonly IPEndPoint _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ClientPool> _pools = [];
    private Task _dripping = Task.CompletedTask;
    private Task[] _resetting = [];
    private long _resets;

    private Attackers(IPEndPoint server) => _server = server;

    /// <summary>The number of resets so far. Throws if a client that resets has failed.</summary>
    public long Resets
    {
        get
        {
            _resetting.FirstOrDefault(t => t.IsFaulted)?.GetAwaiter().GetResult();
            return Volatile.Read(ref _resets);
        }
    }

    /// <summary>
    /// The number of bytes sent by the clients that send one byte a second. It is final after <see cref="PauseAsync"/>.
    /// </summary>
    public long Dripped { get; private set; }

    /// <summary>Starts <paramref name="each"/> clients of every kind that stays connected.</summary>
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

    /// <summary>Starts the clients that reset.</summary>
    public void BeginResets(int perSecond) => _resetting = [.. ResetAsync(perSecond)];

    /// <summary>Stops the resets and the single bytes. The clients that do not reset stay connected.</summary>
    public async Task PauseAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll([_dripping, .. _resetting]).WithTimeout();
    }

    public async ValueTask DisposeAsync()
    {
        await PauseAsync();
        _pools.ForEach(c => c.Dispose());
    }

    // If the client's receive window is small, the server soon has to wait.
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

    // One loop serves a fiftieth of the clients at each tick. A timer for each client would use too much processor
    // time.
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

    // Eight clients run at a time, to keep up the rate.
    private IEnumerable<Task> ResetAsync(int perSecond) => Enumerable.Range(0, 8).Select(async worker =>
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
    });
}
