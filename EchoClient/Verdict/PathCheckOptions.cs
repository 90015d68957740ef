using TcpClose.Events;

namespace EchoClient.Verdict;

/// <summary>What the command line asked for; the defaults are the program's.</summary>
internal sealed record PathCheckOptions
{
    /// <summary>The name or address of the near end of the path.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Its port.</summary>
    public int Port { get; init; } = 8888;

    /// <summary>How long each half-closed connection is silent before the rest is sent, ascending.</summary>
    public IReadOnlyList<TimeSpan> Holds { get; init; } =
        [TimeSpan.Zero, TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)];

    /// <summary>How many bytes are sent behind the other side's FIN.</summary>
    public long Late { get; init; } = 64 * 1024;

    /// <summary>The longest wait for the connection, for each next byte, and for an end.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The longest that the whole run may take: a minute, sixteen times a hold with its wait (the search for a time-out looks
    /// seven times, in both directions), and once all bytes at the slowest.
    /// </summary>
    public TimeSpan Longest
    {
        get => field > TimeSpan.Zero ? field : TimeSpan.FromMinutes(1) + (16 * (Holds[^1] + Timeout)) + TimeSpan.FromSeconds((FullDuplexTransfer.Size + (Late * ((2 * Holds.Count) + 1))) / Probe.Slowest);
        init;
    }

    /// <summary>Whether a reset that arrives as anything else is a fault, too.</summary>
    public bool Strict { get; init; }

    /// <summary>How the result is written: <c>table</c>, <c>json</c> or <c>markdown</c>.</summary>
    public string Form { get; init; } = "table";

    /// <summary>The command that asks the same again.</summary>
    public string Command =>
        $"EchoClient verdict --host {Host} --port {Port} --hold {string.Join(',', Holds.Select(h => new Duration(h)))} --late {new ByteSize(Late)} --timeout {new Duration(Timeout)}{(Strict ? " --strict" : "")}";
}
