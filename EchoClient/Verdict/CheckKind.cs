using TcpClose.Events;

namespace EchoClient.Verdict;

/// <summary>What is tried with a path, each on connections of its own.</summary>
internal enum CheckKind
{
    ClientClosesFirst,
    ServerClosesFirst,
    FullDuplexTransfer,
    DataThenFin,
    FinWithoutData,
    ClientReset,
    ServerReset,
}

/// <summary>Who half-closes first, in checks that do.</summary>
internal enum FirstCloser
{
    Client,
    Server,
    Nobody,
}

/// <summary>The checks as the report says them.</summary>
internal static class CheckKinds
{
    /// <summary>For machines: never changes.</summary>
    public static string Key(CheckKind check) => check switch
    {
        CheckKind.ClientClosesFirst => "client-first",
        CheckKind.ServerClosesFirst => "server-first",
        CheckKind.FullDuplexTransfer => "both-at-once",
        CheckKind.DataThenFin => "end-of-stream",
        CheckKind.FinWithoutData => "fin-alone",
        CheckKind.ClientReset => "client-reset",
        _ => "server-reset",
    };

    /// <summary>For people.</summary>
    public static string Sentence(CheckKind check, TimeSpan? hold) => check switch
    {
        CheckKind.ClientClosesFirst => $"client ends, reply {When(hold)}",
        CheckKind.ServerClosesFirst => $"server ends, upload {When(hold)}",
        CheckKind.FullDuplexTransfer => "both at once, 4 MiB each way",
        CheckKind.DataThenFin => "data, and its end right behind",
        CheckKind.FinWithoutData => "end of stream without any data",
        CheckKind.ClientReset => "client aborts",
        _ => "server aborts",
    };

    /// <summary>Who half-closes first.</summary>
    public static FirstCloser FirstCloserOf(CheckKind check) => check switch
    {
        CheckKind.ClientClosesFirst or CheckKind.FullDuplexTransfer => FirstCloser.Client,
        CheckKind.ServerClosesFirst => FirstCloser.Server,
        _ => FirstCloser.Nobody,
    };

    private static string When(TimeSpan? hold) => hold is { Ticks: > 0 } some ? $"after {new Duration(some)}" : "at once";
}
