namespace Load;

/// <summary>The options of the command line.</summary>
internal sealed record LoadOptions
{
    public const string LifeCycle = "lifecycle", Throughput = "throughput", PingPong = "ping-pong", Idle = "idle";

    public string Host { get; init; } = "127.0.0.1";

    public int Port { get; init; } = 8888;

    public string Mode { get; init; } = LifeCycle;

    /// <summary>So many at once.</summary>
    public int Connections { get; init; } = 32;

    /// <summary>For so long; in idle, so long are they held.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>So many life cycles, or messages; null where the time decides.</summary>
    public long? Count { get; init; }

    /// <summary>The bytes of a life cycle, or of a message; in throughput the most that one Send is given.</summary>
    public long Payload { get; init; } = 13;

    /// <summary>The longest wait for a connection, and for each next byte.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>So many of our own addresses, from 127.0.0.2 on; 0 for the kernel's choice.</summary>
    public int SourceAddresses { get; init; }

    /// <summary>The process whose cost is measured.</summary>
    public int? ServerPid { get; init; }

    public bool Json { get; init; }
}
