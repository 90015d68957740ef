namespace TcpClose.Events;

/// <summary>The bytes that have gone one way on a connection, and a sample of the last call that moved some.</summary>
internal struct TransferCounter
{
    public long Bytes { get; private set; }

    public int Calls { get; private set; }

    public int LastCount { get; private set; }

    public CallSample Last { get; private set; }

    /// <summary>Adds a call's bytes, and takes a sample if a connection is given.</summary>
    public void Add(int bytes, long calledAt, ObservedConnection? connection)
    {
        Bytes += bytes;
        Calls++;
        LastCount = bytes;
        if (connection is not null) Last = new CallSample(calledAt, connection);
    }
}
