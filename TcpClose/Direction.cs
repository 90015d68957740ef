namespace TcpClose;

/// <summary>What has gone one way on a connection so far, and when the last call that moved bytes was made.</summary>
internal struct Direction
{
    public long Bytes { get; private set; }

    public int Calls { get; private set; }

    public long CalledAt { get; private set; }

    public long ReturnedAt { get; private set; }

    public void Add(int bytes, long calledAt)
    {
        Bytes += bytes;
        Calls++;
        CalledAt = calledAt;
        ReturnedAt = Clock.Now;
    }
}
