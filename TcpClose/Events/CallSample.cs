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
