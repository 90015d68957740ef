using TcpClose;

namespace EchoClient.Verdict;

/// <summary>What is tried with a path, each on connections of its own.</summary>
internal enum Check
{
    ClientFirst,
    ServerFirst,
    BothAtOnce,
    EndOfStream,
    FinAlone,
    ClientReset,
    ServerReset,
}

/// <summary>Who half-closes first, in checks that do.</summary>
internal enum First
{
    Client,
    Server,
    Nobody,
}

/// <summary>The checks as the report says them.</summary>
internal static class Checks
{
    /// <summary>For machines: never changes.</summary>
    public static string Key(Check check) => check switch
    {
        Check.ClientFirst => "client-first",
        Check.ServerFirst => "server-first",
        Check.BothAtOnce => "both-at-once",
        Check.EndOfStream => "end-of-stream",
        Check.FinAlone => "fin-alone",
        Check.ClientReset => "client-reset",
        _ => "server-reset",
    };

    /// <summary>For people.</summary>
    public static string Sentence(Check check, TimeSpan? hold) => check switch
    {
        Check.ClientFirst => $"client ends, reply {When(hold)}",
        Check.ServerFirst => $"server ends, upload {When(hold)}",
        Check.BothAtOnce => "both at once, 4 MiB each way",
        Check.EndOfStream => "data, and its end right behind",
        Check.FinAlone => "end of stream without any data",
        Check.ClientReset => "client aborts",
        _ => "server aborts",
    };

    /// <summary>Who half-closes first.</summary>
    public static First WhoIsFirst(Check check) => check switch
    {
        Check.ClientFirst or Check.BothAtOnce => First.Client,
        Check.ServerFirst => First.Server,
        _ => First.Nobody,
    };

    private static string When(TimeSpan? hold) => hold is { Ticks: > 0 } some ? $"after {new Duration(some)}" : "at once";
}
