using System.Net.NetworkInformation;
using TcpClose.Kernel;

namespace TcpClose.Events;

/// <summary>
/// A look at a connection right after a call: when it was called, when it had returned, and the kernel's state, which was
/// read between <see cref="ReturnedAt"/> and <see cref="StateAt"/>.
/// </summary>
public readonly struct CallSample
{
    /// <summary>Looks now.</summary>
    /// <param name="calledAt">When the call was made; null before it.</param>
    /// <param name="connection">What to look at.</param>
    /// <param name="known">The state, where it has been looked up already.</param>
    public CallSample(long? calledAt, ObservedConnection? connection, TcpState? known = null)
    {
        CalledAt = calledAt;
        ReturnedAt = Clock.Now;
        WallClock = DateTimeOffset.Now;
        State = known ?? connection?.State();
        StateAt = Clock.Now;
    }

    public long? CalledAt { get; }

    public long ReturnedAt { get; }

    public DateTimeOffset WallClock { get; }

    public TcpState? State { get; }

    public long StateAt { get; }
}
