namespace Load.Sockets;

/// <summary>The ways in which a connection can fail.</summary>
internal enum Failure
{
    None,

    /// <summary>The end of stream came before the complete echo.</summary>
    Short,

    /// <summary>A received byte differs from the sent one.</summary>
    Altered,

    /// <summary>More bytes were received than were sent.</summary>
    TooLong,

    /// <summary>The server's FIN came after the complete echo, but before this program's FIN.</summary>
    Early,

    /// <summary>The server reset the connection.</summary>
    Reset,

    /// <summary>A RST answered the SYN: nothing listens on the port.</summary>
    Refused,

    /// <summary>Nothing answered the SYN in time.</summary>
    NoAnswer,

    /// <summary>No byte was sent or received within --timeout, or the kernel gave up.</summary>
    TimeOut,

    /// <summary>There is no route to the host.</summary>
    Unreachable,

    /// <summary>Every local port is in use or in TIME-WAIT.</summary>
    NoPort,

    /// <summary>No file descriptor is left.</summary>
    NoDescriptor,

    /// <summary>Any other error of a system call.</summary>
    Other,
}

/// <summary>The number of failures of each kind.</summary>
internal sealed class Failures
{
    private readonly long[] _counts = new long[Enum.GetValues<Failure>().Length];

    /// <summary>The total number of failures.</summary>
    public long All { get; private set; }

    /// <summary>The only kind of failure that occurred; null if there was none, or more than one kind.</summary>
    public Failure? OnlyOne => Enum.GetValues<Failure>().Where(k => this[k] > 0).ToList() is [var one] ? one : null;

    /// <summary>The number of failures of one kind.</summary>
    public long this[Failure kind] => _counts[(int)kind];

    /// <summary>Whether this kind of failure means that there is no server.</summary>
    public static bool MeansNoServer(Failure kind) =>
        kind is Failure.Refused or Failure.NoAnswer or Failure.Unreachable;

    public void Add(Failure kind)
    {
        _counts[(int)kind]++;
        All++;
    }

    /// <summary>The number of failures of each kind, by its name in the report.</summary>
    public Dictionary<string, long> ByKind() => Enum.GetValues<Failure>().Where(k => this[k] > 0)
        .ToDictionary(k => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(k.ToString()), k => this[k]);

    /// <summary>Converts an error number of a system call to a kind of failure.</summary>
    public static Failure Of(int error) => error switch
    {
        Libc.Econnreset or Libc.Epipe => Failure.Reset,
        Libc.Econnrefused => Failure.Refused,
        Libc.Etimedout => Failure.TimeOut,
        Libc.Enetunreach or Libc.Ehostunreach => Failure.Unreachable,
        Libc.Eaddrnotavail => Failure.NoPort,
        Libc.Emfile or Libc.Enfile => Failure.NoDescriptor,
        _ => Failure.Other,
    };
}
