using System.Net.NetworkInformation;
using TcpClose.Kernel;

namespace TcpClose.Events;

/// <summary>
/// The times of a call and the kernel's state right after it, which was read between <see cref="ReturnedAt"/> and
/// <see cref="StateAt"/>. The times are those of <see cref="Clock"/>, in nanoseconds.
/// </summary>
public readonly struct CallSample
{
    /// <summary>Takes the time now, and reads the state.</summary>
    /// <param name="calledAt">When the call was made; null before it.</param>
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

    public long? CalledAt { get; }

    public long ReturnedAt { get; }

    public DateTimeOffset WallClock { get; }

    public TcpState? State { get; }

    public long StateAt { get; }
}
