using TcpClose.Events;

namespace PathCheck;

/// <summary>The form of the report.</summary>
internal enum ReportFormat
{
    Table,
    Json,
    Markdown,
}

/// <summary>The options of the near end, with their defaults.</summary>
internal sealed record PathCheckOptions
{
    /// <summary>The name or address at which the path listens.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port at which the path listens.</summary>
    public int Port { get; init; } = 8888;

    /// <summary>The silences to test on half-closed connections, in ascending order.</summary>
    public IReadOnlyList<TimeSpan> Holds { get; init; } =
        [TimeSpan.Zero, TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)];

    /// <summary>Whether the user has given the silences.</summary>
    public bool IsHoldGiven { get; init; }

    /// <summary>
    /// Whether to watch connections that one side never ends. They are watched for the longest silence of
    /// <c>--hold</c>.
    /// </summary>
    public bool WatchesOpenEnds => IsHoldGiven && Holds[^1] > TimeSpan.Zero;

    /// <summary>The number of bytes that are sent after the silence.</summary>
    public long Late { get; init; } = 64 * 1024;

    /// <summary>The maximum wait for the connection, for each next byte, and for the end of stream.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The maximum duration of the run; null to derive it from the other options.</summary>
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>Whether a reset that does not arrive as a reset also counts as a fault.</summary>
    public bool Strict { get; init; }

    /// <summary>The form of the report.</summary>
    public ReportFormat Format { get; init; }

    /// <summary>The command that repeats the run.</summary>
    public string Command =>
        $"PathCheck run {(Host.Contains(':') && !Host.StartsWith('[') ? $"[{Host}]" : Host)}:{Port} " +
        (IsHoldGiven ? $"--hold {string.Join(',', Holds.Select(h => new Duration(h)))} " : "") +
        $"--late {new ByteSize(Late)} " +
        $"--timeout {new Duration(Timeout)}" +
        (Strict ? " --strict" : "");
}
