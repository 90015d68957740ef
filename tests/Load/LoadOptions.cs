namespace Load;

/// <summary>The options of the load generator.</summary>
internal sealed record LoadOptions
{
    public const string LifeCycle = "lifecycle", Throughput = "throughput", PingPong = "ping-pong", Idle = "idle";

    public string Host { get; init; } = "127.0.0.1";

    public int Port { get; init; } = 8888;

    public string Mode { get; init; } = LifeCycle;

    /// <summary>The number of concurrent connections.</summary>
    public int Connections { get; init; } = 32;

    /// <summary>How long to run; in idle mode, how long to hold the connections.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The total number of life cycles or messages; null if <see cref="Duration"/> ends the run.</summary>
    public long? Count { get; init; }

    /// <summary>The bytes of a life cycle or a message; in throughput mode, the maximum bytes of one Send.</summary>
    public long Payload { get; init; } = 13;

    /// <summary>The maximum wait for a connection, and for each next byte.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The number of source addresses, starting with 127.0.0.2; 0 lets the kernel choose.</summary>
    public int SourceAddresses { get; init; }

    /// <summary>The process whose CPU time and memory are measured; null for none.</summary>
    public int? ServerPid { get; init; }

    public bool Json { get; init; }
}
