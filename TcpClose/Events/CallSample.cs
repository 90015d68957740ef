using System.Net.NetworkInformation;
using TcpClose.Kernel;

namespace TcpClose.Events;

/// <summary>
/// The times of a call, in nanoseconds on <see cref="Clock"/>, and the kernel's state right after the call. The state
/// was usually read between <see cref="ReturnedAt"/> and <see cref="StateAt"/>.
/// </summary>
public readonly struct CallSample
{
    /// <summary>Takes the time, and then reads the state.</summary>
    /// <param name="calledAt">When the call was made; null if it is about to be made.</param>
    /// <param name="connection">The connection whose state is read; null for none.</param>
    /// <param name="known">The state, if it has been read already.</param>
    /// <param name="returnedAt">When the call returned, if that was not just now.</param>
    public CallSample(
        long? calledAt, ObservedConnection? connection, TcpState? known = null, long? returnedAt = null)
    {
        long now = Clock.Now;
        CalledAt = calledAt;
        ReturnedAt = returnedAt ?? now;
        WallClock = DateTimeOffset.Now - TimeSpan.FromMicroseconds((now - ReturnedAt) / 1000.0);
        State = known ?? connection?.State();
        StateAt = Clock.Now;
    }

    /// <summary>When the call was made; null if it is about to be made.</summary>
    public long? CalledAt { get; }

    /// <summary>When the call returned.</summary>
    public long ReturnedAt { get; }

    /// <summary>The same time on the wall clock.</summary>
    public DateTimeOffset WallClock { get; }

    /// <summary>The connection's state in the kernel; null if it is unknown.</summary>
    public TcpState? State { get; }

    /// <summary>When the state had been read.</summary>
    public long StateAt { get; }
}
