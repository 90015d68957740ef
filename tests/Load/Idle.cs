namespace Load;

/// <summary>
/// Every connection sends once. Half of them read the echo and are silent then, open both ways. The other half half-close
/// behind what they sent, and do not read: a service that gets rid of its echo and closes has ended its side, and what is
/// held is our descriptor; one whose echo is too long for the buffers between us is held in the middle of it, half-closed.
/// When the time is over all are finished: half-closed, read to the end, closed.
/// </summary>
internal sealed class Idle(LoadOptions options) : Mode(options)
{
    private int _unsettled;

    public override bool IsReady => Begun == Options.Connections && _unsettled == 0;

    public override bool HasSmallWindow(Connection connection) => HalfCloses(connection);

    public override void Came(Connection connection, long now)
    {
        if (connection.Received == Options.Payload) Settle(connection);
    }

    public override void Failed(Connection connection) => Settle(connection);

    public override void Over(Connection connection) => (connection.Finishes, connection.IsPaused) = (true, false);

    protected override void Opened(Connection connection)
    {
        _unsettled++;
        connection.Goal = Options.Payload;
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
