namespace Load.Sockets;

/// <summary>How a connection can fail. A failed one is counted, and aborted with a RST.</summary>
internal enum Failure
{
    None,

    /// <summary>The end of stream came before every byte that we had sent.</summary>
    Short,

    /// <summary>A byte came that is not the one that we had sent.</summary>
    Altered,

    /// <summary>More bytes came than we had sent.</summary>
    TooLong,

    /// <summary>The server's FIN came before ours, behind all that we had sent.</summary>
    Early,

    /// <summary>The server's RST.</summary>
    Reset,

    /// <summary>A RST answered our SYN: nothing listens.</summary>
    Refused,

    /// <summary>Nothing answered our SYN for as long as --timeout says, or for as long as the kernel asks.</summary>
    NoAnswer,

    /// <summary>Nothing moved on a connection for so long.</summary>
    TimeOut,

    /// <summary>No way to the host.</summary>
    Unreachable,

    /// <summary>Each port of ours is in use or in TIME-WAIT.</summary>
    NoPort,

    /// <summary>No file descriptor is left.</summary>
    NoDescriptor,

    /// <summary>Another error of the system's.</summary>
    Other,
}

/// <summary>How often each has happened.</summary>
internal sealed class Failures
{
    private readonly long[] _counts = new long[Enum.GetValues<Failure>().Length];

    /// <summary>All of them together.</summary>
    public long All { get; private set; }

    /// <summary>The one that has happened, where there is only one kind.</summary>
    public Failure? OnlyOne => Enum.GetValues<Failure>().Where(k => this[k] > 0).ToList() is [var one] ? one : null;

    /// <summary>How often this one has happened.</summary>
    public long this[Failure kind] => _counts[(int)kind];

    /// <summary>Whether it says that no server is there at all.</summary>
    public static bool MeansNoServer(Failure kind) =>
        kind is Failure.Refused or Failure.NoAnswer or Failure.Unreachable;

    public void Add(Failure kind)
    {
        _counts[(int)kind]++;
        All++;
    }

    /// <summary>Those that have happened, under the names of the report.</summary>
    public Dictionary<string, long> ByKind() => Enum.GetValues<Failure>().Where(k => this[k] > 0)
        .ToDictionary(k => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(k.ToString()), k => this[k]);

    /// <summary>What an error of the system's says about a connection.</summary>
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
