using TcpClose.Events;

namespace PathCheck;

/// <summary>The form of the report.</summary>
internal enum ReportFormat
{
    Table,
    Json,
    Markdown,
}

/// <summary>What the command line of the near end asked for; the defaults are the program's.</summary>
internal sealed record PathCheckOptions
{
    /// <summary>The name or address of the near end of the path.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Its port.</summary>
    public int Port { get; init; } = 8888;

    /// <summary>How long each half-closed connection is silent before the rest is sent, ascending.</summary>
    public IReadOnlyList<TimeSpan> Holds { get; init; } =
        [TimeSpan.Zero, TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)];

    /// <summary>How many bytes are sent after the silence.</summary>
    public long Late { get; init; } = 64 * 1024;

    /// <summary>The longest wait for the connection, for each next byte, and for an end.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The maximum duration of the whole run; null for one that the other options determine.</summary>
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>Whether a reset that arrives as anything else is a fault, too.</summary>
    public bool Strict { get; init; }

    /// <summary>How the result is written.</summary>
    public ReportFormat Format { get; init; }

    /// <summary>The command that repeats the run.</summary>
    public string Command =>
        $"PathCheck run {(Host.Contains(':') && !Host.StartsWith('[') ? $"[{Host}]" : Host)}:{Port} " +
        $"--hold {string.Join(',', Holds.Select(h => new Duration(h)))} --late {new ByteSize(Late)} " +
        $"--timeout {new Duration(Timeout)}" +
        (Strict ? " --strict" : "");
}
