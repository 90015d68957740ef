using Load.Reporting;
using Load.Sockets;

namespace Load.Workloads;

/// <summary>What the connections do: how far each may go, and what is counted.</summary>
internal abstract class Workload(LoadOptions options)
{
    public LoadOptions Options => options;

    /// <summary>The connections that were begun, and those whose life cycle was whole.</summary>
    public long Started { get; private set; }

    public long Completed { get; private set; }

    /// <summary>The bytes that came back right.</summary>
    public long Bytes { get; private set; }

    /// <summary>The messages that came back; null where there are none.</summary>
    public virtual long? Messages => null;

    /// <summary>How long each took; null where there is nothing to time.</summary>
    public virtual Histogram? Latency => null;

    /// <summary>How far it has come, in a few words.</summary>
    public abstract string Progress { get; }

    /// <summary>Whether the time, or the number, is over.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether the server shall be kept from sending much on this connection.</summary>
    public virtual bool HasSmallWindow(Connection connection) => false;

    /// <summary>Whether another connection may be begun now.</summary>
    public virtual bool MayBegin => !IsOver && Started < options.Connections;

    /// <summary>When the time begins to run out: at once, or when all is ready.</summary>
    public virtual bool IsReady => true;

    public static Workload For(LoadOptions options) => options.Mode switch
    {
        LoadOptions.Throughput => new Streams(options),
        LoadOptions.PingPong => new PingPong(options),
        LoadOptions.Idle => new Idle(options),
        _ => new LifeCycles(options),
    };

    /// <summary>A connection connects.</summary>
    public void Begin(Connection connection)
    {
        Started++;
        OnOpened(connection);
    }

    /// <summary>Its life cycle was whole.</summary>
    public void End(Connection connection, long now)
    {
        Completed++;
        OnCompleted(connection, now);
    }

    public void Count(long bytes) => Bytes += bytes;

    /// <summary>The time is over: no further connection begins.</summary>
    public void Finish() => IsOver = true;

    /// <summary>Bytes have come back.</summary>
    public virtual void OnReceived(Connection connection, long now)
    {
    }

    /// <summary>It has failed.</summary>
    public virtual void OnFailed(Connection connection)
    {
    }

    /// <summary>The time is over for this connection, which is open.</summary>
    public virtual void OnTimeUp(Connection connection)
    {
    }

    /// <summary>So many, and of how many where that is known.</summary>
    protected string Of(long done, string what) =>
        Options.Count is { } all ? $"{done:N0} of {all:N0} {what}" : $"{done:N0} {what}";

    protected abstract void OnOpened(Connection connection);

    protected virtual void OnCompleted(Connection connection, long now)
    {
    }
}
