namespace TcpClose.Events;

/// <summary>What has gone one way on a connection so far, and the look right after the last call that moved bytes.</summary>
internal struct TransferCounter
{
    public long Bytes { get; private set; }

    public int Calls { get; private set; }

    public int LastCount { get; private set; }

    public CallSample Last { get; private set; }

    /// <summary>Adds a call's bytes, and looks at the connection where one is given.</summary>
    public void Add(int bytes, long calledAt, ObservedConnection? connection)
    {
        Bytes += bytes;
        Calls++;
        LastCount = bytes;
        if (connection is not null) Last = new CallSample(calledAt, connection);
    }
}
