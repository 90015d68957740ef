namespace TcpClose.Events;

/// <summary>Counts the bytes of one direction, and keeps a sample of its last transfer.</summary>
internal struct TransferCounter
{
    public long Bytes { get; private set; }

    public int Calls { get; private set; }

    public int LastCount { get; private set; }

    public CallSample Last { get; private set; }

    /// <summary>Whether the last call was the first, or the first after the other direction's FIN.</summary>
    public bool IsFirst { get; private set; }

    private bool _afterFin;

    /// <summary>Adds a call's bytes, and takes a sample if a connection is given.</summary>
    public void Add(int bytes, long calledAt, ObservedConnection? connection, bool afterFin)
    {
        IsFirst = Calls == 0 || (afterFin && !_afterFin);
        _afterFin |= afterFin;
        Bytes += bytes;
        Calls++;
        LastCount = bytes;
        if (connection is not null) Last = new CallSample(calledAt, connection);
    }
}
