using Load.Sockets;

namespace Load.Workloads;

/// <summary>
/// Holds idle connections: each one sends its payload once. Half of them then read the echo and stay open and silent.
/// The others half-close and do not read. If the socket buffers cannot hold their whole echo, the service stays in
/// CLOSE-WAIT. This needs a payload of about 120 KiB: 64 KiB fitted into the buffers, and with 128 KiB our FIN did not
/// reach the service. When the time is up, every connection is half-closed, read to the end of stream and closed.
/// </summary>
internal sealed class Idle(LoadOptions options) : Workload(options)
{
    private int _unsettled;

    public override bool IsReady => Started == Options.Connections && _unsettled == 0;

    public override string Progress => IsOver
        ? $"{Completed:N0} of {Options.Connections:N0} finished"
        : IsReady
        ? "held"
        : $"{Started - _unsettled:N0} of {Options.Connections:N0} ready";

    public override bool HasSmallWindow(Connection connection) => HalfCloses(connection);

    public override void OnReceived(Connection connection, long now)
    {
        if (connection.Received == Options.Payload) Settle(connection);
    }

    public override void OnFailed(Connection connection) => Settle(connection);

    public override void OnTimeUp(Connection connection) => (connection.Finishes, connection.IsPaused) = (true, false);

    protected override void OnOpened(Connection connection)
    {
        _unsettled++;
        connection.SendLimit = Options.Payload;
        if (!HalfCloses(connection)) return;
        connection.Finishes = connection.IsPaused = true;
        Settle(connection);
    }

    private void Settle(Connection connection)
    {
        if (!connection.IsSettled) _unsettled--;
        connection.IsSettled = true;
    }

    private static bool HalfCloses(Connection connection) => connection.Number % 2 == 1;
}
