namespace TcpClose;

/// <summary>
/// The closes that both consoles can play. This is the one table: the command lines and the documentation print it, the
/// server takes its acts from it, and the tests hold every row against the kernel's trace and a capture.
/// </summary>
public static class Scenarios
{
    private const string
        ActiveStates = "CLOSED → SYN-SENT → ESTABLISHED → FIN-WAIT-1 → FIN-WAIT-2 → CLOSED",
        ClientPassiveStates = "CLOSED → SYN-SENT → ESTABLISHED → CLOSE-WAIT → LAST-ACK → CLOSED",
        ClientCutStates = "CLOSED → SYN-SENT → ESTABLISHED → CLOSED",
        PassiveStates = "LISTEN → SYN-RECEIVED → ESTABLISHED → CLOSE-WAIT → LAST-ACK → CLOSED",
        ServerActiveStates = "LISTEN → SYN-RECEIVED → ESTABLISHED → FIN-WAIT-1 → FIN-WAIT-2 → CLOSED",
        ServerCutStates = "LISTEN → SYN-RECEIVED → ESTABLISHED → CLOSED";

    /// <summary>All of them; the first is the default.</summary>
    public static readonly IReadOnlyList<Scenario> All =
    [
        new("half-close", "the client sends its FIN first, the server echoes behind it and then closes", "the textbook close", "3.6")
        {
            IsAct = false,
            ClientStates = ActiveStates,
            ServerStates = PassiveStates,
            TimeWait = Side.Client,
            Wire = ["client data", "client FIN", "server ACK", "server data", "server FIN", "client ACK"],
        },
        new("late-data", "the server waits in CLOSE-WAIT, then sends much more, then its FIN",
            "a FIN means \"I have sent everything\", not \"goodbye\"", "3.6.1")
        {
            ClientStates = ActiveStates,
            ServerStates = PassiveStates,
            TimeWait = Side.Client,
            Wire = ["client data", "client FIN", "server ACK", "server data", "server FIN", "client ACK"],
        },
        new("three-segments", "neither side has anything left to send, and the server closes at once",
            "its FIN and its ACK merge: a legal close of three segments", "3.6")
        {
            ClientStates = ActiveStates,
            ServerStates = PassiveStates,
            TimeWait = Side.Client,
            Wire = ["client data", "client FIN", "server FIN", "client ACK"],
        },
        new("server-first", "the server sends its FIN first, the client goes on sending, then closes",
            "the roles belong to whoever closes first: TIME-WAIT is on the server's port now", "3.6")
        {
            ClientStates = ClientPassiveStates,
            ServerStates = ServerActiveStates,
            TimeWait = Side.Server,
            Wire = ["client data", "server FIN", "client ACK", "client data", "client FIN", "server ACK"],
        },
        new("full-close", "the client closes its socket at once; what the server sends later meets a RST",
            "Close ends both directions, Shutdown(Send) one", "3.6.1")
        {
            ClientStates = ActiveStates,
            ServerStates = "LISTEN → SYN-RECEIVED → ESTABLISHED → CLOSE-WAIT → CLOSED",
            Wire = ["client data", "client FIN", "server ACK", "server data", "client RST"],
        },
        new("unread-data", "the server closes with bytes unread: a RST on the heels of its reply",
            "the most common way to lose a response", "3.6.1")
        {
            ClientStates = ClientCutStates,
            ServerStates = ServerCutStates,
            Wire = ["client data", "server data", "server RST"],
        },
        new("idle", "the client sends nothing and waits; the server aborts after its --idle-timeout",
            "a silent connection costs both sides nothing but memory, until one of them gives up", "3.8.4")
        {
            IsAct = false,
            ServerArguments = ["--idle-timeout", "2s"],
            ClientStates = ClientCutStates,
            ServerStates = ServerCutStates,
            Wire = ["server RST"],
        },
        new("client-abort", "the client closes with linger 0: a RST", "an abort is no close: no TIME-WAIT, and what was under way is lost", "3.10.5")
        {
            ClientStates = ClientCutStates,
            ServerStates = ServerCutStates,
            Wire = ["client data", "client RST"],
        },
        new("server-abort", "the server closes with linger 0: a RST", "a reset is told to one call, and is no end of stream", "3.10.5")
        {
            ClientStates = ClientCutStates,
            ServerStates = ServerCutStates,
            Wire = ["client data", "server RST"],
        },
    ];

    /// <summary>The scenario of that name.</summary>
    public static Scenario Find(string name) => All.First(s => s.Name == name);
}
