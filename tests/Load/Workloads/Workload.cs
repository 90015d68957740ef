using Load.Reporting;
using Load.Sockets;

namespace Load.Workloads;

/// <summary>Controls what the connections do, and counts the results.</summary>
internal abstract class Workload(LoadOptions options)
{
    public LoadOptions Options => options;

    /// <summary>The number of started connections.</summary>
    public long Started { get; private set; }

    /// <summary>The number of connections that completed.</summary>
    public long Completed { get; private set; }

    /// <summary>The number of bytes that came back unaltered.</summary>
    public long Bytes { get; private set; }

    /// <summary>The number of messages that came back; null if the workload has no messages.</summary>
    public virtual long? Messages => null;

    /// <summary>The time of each life cycle or message; null if the workload measures none.</summary>
    public virtual Histogram? Latency => null;

    /// <summary>A short description of the progress.</summary>
    public abstract string Progress { get; }

    /// <summary>Whether the workload has ended. The open connections then finish.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether a small receive window limits how much the server can send on this connection.</summary>
    public virtual bool HasSmallWindow(Connection connection) => false;

    /// <summary>Whether another connection may start now.</summary>
    public virtual bool MayBegin => !IsOver && Started < options.Connections;

    /// <summary>Whether the connections are ready. Then the duration of the run begins.</summary>
    public virtual bool IsReady => true;

    public static Workload For(LoadOptions options) => options.Mode switch
    {
        LoadOptions.Throughput => new Streams(options),
        LoadOptions.PingPong => new PingPong(options),
        LoadOptions.Idle => new Idle(options),
        _ => new LifeCycles(options),
    };

    /// <summary>Starts a connection.</summary>
    public void Begin(Connection connection)
    {
        Started++;
        OnOpened(connection);
    }

    /// <summary>Counts a completed connection.</summary>
    public void End(Connection connection, long now)
    {
        Completed++;
        OnCompleted(connection, now);
    }

    public void Count(long bytes) => Bytes += bytes;

    /// <summary>Ends the workload: no further connection starts.</summary>
    public void Finish() => IsOver = true;

    /// <summary>Called when bytes have come back.</summary>
    public virtual void OnReceived(Connection connection, long now)
    {
    }

    /// <summary>Called when a connection has failed.</summary>
    public virtual void OnFailed(Connection connection)
    {
    }

    /// <summary>Called for each open connection when the time is up.</summary>
    public virtual void OnTimeUp(Connection connection)
    {
    }

    /// <summary>Formats the number of completed items, with the total if it is known.</summary>
    protected string Of(long done, string what) =>
        Options.Count is { } all ? $"{done:N0} of {all:N0} {what}" : $"{done:N0} {what}";

    protected abstract void OnOpened(Connection connection);

    protected virtual void OnCompleted(Connection connection, long now)
    {
    }
}
