namespace SideBySide.Captures;

/// <summary>The TCP connections of a capture.</summary>
internal sealed class CaptureContents
{
    private readonly Dictionary<int, CapturedConnection> _byStream = [];
    private readonly List<CapturedConnection> _connections = [];
    private readonly RecentPackets _recent = new();

    /// <summary>The connections, in the order of their first frames.</summary>
    public IReadOnlyList<CapturedConnection> Connections => _connections;

    /// <summary>The number of the last frame with a TCP segment.</summary>
    public int LastFrame { get; private set; }

    /// <summary>The latest time of a frame with a TCP segment, in nanoseconds since 1970.</summary>
    public long LastAt { get; private set; }

    /// <summary>How many frames contain only a part of a TCP header.</summary>
    public int Undecoded { get; private set; }

    /// <summary>Why the file could be read only in part; null if it was read completely.</summary>
    public string? Damage { get; set; }

    /// <summary>Adds the next frame, as a line of tshark.</summary>
    public void Add(string line)
    {
        string[] words = CapturedFrame.Split(line);
        if (CapturedFrame.IsIcmp(words))
        {
            if (IcmpFrame.Parse(words) is { } error
                && _byStream.TryGetValue(error.Stream, out CapturedConnection? quoted))
                quoted.Add(error);
            return;
        }

        if (CapturedFrame.Parse(words) is not { } frame)
        {
            Undecoded++;
            return;
        }

        if (!_byStream.TryGetValue(frame.Stream, out CapturedConnection? connection) || connection.IsFollowedBy(frame))
        {
            connection = new CapturedConnection(frame, _recent);
            _byStream[frame.Stream] = connection;
            _connections.Add(connection);
        }

        connection.Add(frame);
        LastFrame = frame.Number;
        LastAt = Math.Max(LastAt, frame.At);
    }

    /// <summary>Completes the connections. Call it after the last frame.</summary>
    public void Complete()
    {
        foreach (CapturedConnection connection in _connections) connection.Complete();
    }
}
