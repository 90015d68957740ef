using Load.Sockets;

namespace Load.Workloads;

/// <summary>
/// Every connection sends once. Half of them read the echo and are silent then, open both ways. The other half
/// half-close behind what they sent, and do not read. A service whose whole echo the buffers between us take has ended
/// its side then, and what is held is our descriptor. One that cannot get rid of its echo is held in CLOSE-WAIT: with
/// 120 KiB it was in 1,000 of 1,000 connections, with 64 KiB in none, and with 128 KiB our FIN did not get through for
/// the bytes before it. When the time is over all are finished: half-closed, read to the end, closed.
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
