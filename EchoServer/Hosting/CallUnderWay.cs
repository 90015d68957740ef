using TcpClose.Kernel;

namespace EchoServer.Hosting;

/// <summary>What a connection is doing at this moment; the idle timer and a stop look at it from other threads.</summary>
internal sealed class CallUnderWay
{
    private const long NotWaiting = -1;

    private volatile string _name = "Accept";
    private long _waitingSince = NotWaiting;

    /// <summary>The call that is under way or was the last.</summary>
    public string Name => _name;

    /// <summary>When it was made, on <see cref="Clock"/>.</summary>
    public long CalledAt { get; private set; }

    /// <summary>Since when the client is waited for (<see cref="Environment.TickCount64"/>); null while it is not.</summary>
    public long? WaitingSince => Volatile.Read(ref _waitingSince) is var since and not NotWaiting ? since : null;

    /// <summary>The same in words, for the cause of an abort.</summary>
    public string InWords => _name switch
    {
        "Receive" => "client sent nothing",
        "Send" => "client did not read",
        _ => "still at work",
    };

    /// <summary>A call that waits for the client is about to be made.</summary>
    public void Begin(string name)
    {
        BeginOwn(name);
        Volatile.Write(ref _waitingSince, Environment.TickCount64);
    }

    /// <summary>A call that does not wait for the client is about to be made, or the server works.</summary>
    public void BeginOwn(string name)
    {
        Returned();
        _name = name;
        CalledAt = Clock.Now;
    }

    /// <summary>It has returned.</summary>
    public void Returned() => Volatile.Write(ref _waitingSince, NotWaiting);

    /// <summary>It goes on, but has made progress: the time begins anew, unless it has returned meanwhile.</summary>
    public void Progressed(long since) => Interlocked.CompareExchange(ref _waitingSince, Environment.TickCount64, since);
}
