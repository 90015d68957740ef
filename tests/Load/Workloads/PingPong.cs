using Load.Reporting;
using Load.Sockets;

namespace Load.Workloads;

/// <summary>Each connection sends a message, waits for its echo, and repeats.</summary>
internal sealed class PingPong(LoadOptions options) : Workload(options)
{
    private readonly Histogram _times = new();
    private long _started;

    public override long? Messages => _times.Count;

    public override Histogram Latency => _times;

    public override string Progress => Of(_times.Count, "messages");

    public override void OnReceived(Connection connection, long now)
    {
        if (connection.Received < connection.SendLimit) return;
        _times.Add(now - connection.MessageAt);
        Next(connection, now);
    }

    // A connection whose echo is still due finishes later.
    public override void OnTimeUp(Connection connection) =>
        connection.Finishes |= connection.Received == connection.SendLimit;

    protected override void OnOpened(Connection connection) => Next(connection, connection.OpenedAt);

    private void Next(Connection connection, long now)
    {
        connection.MessageAt = now;
        if (IsOver || _started == Options.Count) connection.Finishes = true;
        else
        {
            _started++;
            connection.SendLimit += Options.Payload;
        }
    }
}
