using TcpClose.Events;

namespace TcpClose.Scenarios;

/// <summary>
/// The closes that both consoles can play. This is the one table: the command lines and the documentation print it, the
/// server takes its acts from it, and the tests hold every row against the kernel's trace and a capture.
/// </summary>
public static class ScenarioTable
{
    /// <summary>The one that the server plays without being asked.</summary>
    public const string PlainEcho = "half-close";

    /// <summary>All of them; the first is the default.</summary>
    public static readonly IReadOnlyList<Scenario> All =
    [
        new(PlainEcho, "the client sends its FIN first, the server echoes behind it and then closes", "the textbook close", "3.6")
        {
            NeedsServerSupport = false,
            Alternatives = EchoForms(),
        },
        new("late-data", "the server waits in CLOSE-WAIT, then sends much more, then its FIN",
            "a FIN means \"I have sent everything\", not \"goodbye\"", "3.6.1")
        {
            Parameters = ["hold", "bytes"],
            Alternatives = [ClientFirst("closed in four segments", "client data", "client FIN", "server ACK", "server data", "server FIN", "client ACK")],
        },
        new("three-segments", "neither side has anything left to send, and the server closes at once",
            "its FIN and its ACK merge: a legal close of three segments", "3.6")
        {
            Alternatives =
            [
                ClientFirst("closed in three segments", "client data", "client FIN", "server FIN", "client ACK"),
                // A server that takes longer than the kernel holds an ACK back, some 40 ms.
                ClientFirst("closed in four segments", "client data", "client FIN", "server ACK", "server FIN", "client ACK"),
            ],
        },
        new("server-first", "the server sends its FIN first, the client goes on sending, then closes",
            "the roles belong to whoever closes first: TIME-WAIT is on the server's port now", "3.6")
        {
            Parameters = ["hold"],
            Alternatives = [ServerFirst("closed in four segments", "client data", "server FIN", "client ACK", "client data", "client FIN", "server ACK")],
        },
        new("simultaneous", "both queue their FIN before they have read the other's",
            "FINs that cross: CLOSING, and TIME-WAIT on both sides", "3.6")
        {
            Parameters = ["hold"],
            Alternatives = SimultaneousForms(),
        },
        new("full-close", "the client closes its socket at once; what the server sends later meets a RST",
            "Close ends both directions, Shutdown(Send) one", "3.6.1")
        {
            Parameters = ["hold", "bytes"],
            Alternatives =
            [
                new("data meets a RST", $"{ClientOpen} → FIN-WAIT-1 → FIN-WAIT-2 → CLOSED", $"{ServerOpen} → CLOSE-WAIT → CLOSED", [],
                    ["client data", "client FIN", "server ACK", "server data", "client RST"]),
            ],
        },
        new("unread-data", "the server closes with bytes unread: a RST on the heels of its reply",
            "the most common way to lose a response", "3.6.1")
        {
            Parameters = ["hold", "bytes"],
            Alternatives = [Cut("client data", "server data", "server RST")],
        },
        new("idle", "the client sends nothing and waits; the server aborts after its --idle-timeout",
            "a silent connection costs both sides nothing but memory, until one of them gives up", "3.8.4")
        {
            NeedsServerSupport = false,
            ServerArguments = ["--idle-timeout", "2s"],
            Alternatives = [Cut("server RST")],
        },
        new("client-abort", "the client closes with linger 0: a RST", "an abort is no close: no TIME-WAIT, and what was under way is lost", "3.10.5")
        {
            Alternatives = [Cut("client data", "client RST")],
        },
        new("server-abort", "the server closes with linger 0: a RST", "a reset is told to one call, and is no end of stream", "3.10.5")
        {
            Parameters = ["hold"],
            Alternatives = [Cut("client data", "server RST")],
        },
        new("refused", "nothing listens on the port: SYN, RST",
            "opening can fail too; the RST is the kernel's answer, not a program's", "3.5.2")
        {
            NeedsServerSupport = false,
            HasServer = false,
            StandardPort = 1,
            Alternatives = [new("RST", "CLOSED → SYN-SENT → CLOSED", "", [], ["client SYN", "server RST"])],
        },
        new("frames", "several messages on one stream, each a header with the body's size and then the body",
            "TCP carries a stream of bytes, not messages: one read may bring half a message, or three", "3.8")
        {
            NeedsServerSupport = false,
            Alternatives = EchoForms(),
        },
        new("http", "a server started with --http answers one request and closes first",
            "an answer without a length ends with the server's FIN, and nowhere else", "3.6")
        {
            NeedsServerSupport = false,
            ServerArguments = ["--http"],
            Alternatives =
            [
                ServerFirst("closed in three segments", "client data", "server data", "server FIN", "client FIN", "server ACK"),
                ServerFirst("closed in four segments", "client data", "server data", "server FIN", "client ACK", "client FIN", "server ACK"),
            ],
        },
    ];

    private const string ClientOpen = "CLOSED → SYN-SENT → ESTABLISHED", ServerOpen = "LISTEN → SYN-RECEIVED → ESTABLISHED";

    /// <summary>The scenario of that name.</summary>
    public static Scenario Find(string name) => All.First(s => s.Name == name);

    private static CloseSequence ClientFirst(string name, params string[] wire) =>
        new(name, $"{ClientOpen} → FIN-WAIT-1 → FIN-WAIT-2 → CLOSED", $"{ServerOpen} → CLOSE-WAIT → LAST-ACK → CLOSED", [Side.Client], wire);

    private static CloseSequence ServerFirst(string name, params string[] wire) =>
        new(name, $"{ClientOpen} → CLOSE-WAIT → LAST-ACK → CLOSED", $"{ServerOpen} → FIN-WAIT-1 → FIN-WAIT-2 → CLOSED", [Side.Server], wire);

    private static CloseSequence Crossing(params string[] wire) =>
        new("the FINs crossed", $"{ClientOpen} → FIN-WAIT-1 → CLOSING → CLOSED", $"{ServerOpen} → FIN-WAIT-1 → CLOSING → CLOSED", [Side.Client, Side.Server], wire);

    private static CloseSequence Cut(params string[] wire) =>
        new("cut off by a RST", $"{ClientOpen} → CLOSED", $"{ServerOpen} → CLOSED", [], wire);

    // What an echo behind a FIN can look like: it depends on how soon the server answers.
    private static IReadOnlyList<CloseSequence> EchoForms()
    {
        CloseSequence textbook = ClientFirst("closed in four segments", "client data", "client FIN", "server ACK", "server data", "server FIN", "client ACK");
        return
        [
            textbook,
            textbook.With("the ACK rides on the echo", "client data", "client FIN", "server data", "server FIN", "client ACK"),
            textbook.With("closed in four segments, behind the echo", "client data", "server data", "client FIN", "server ACK", "server FIN", "client ACK"),
            textbook.With("closed in three segments, behind the echo", "client data", "server data", "client FIN", "server FIN", "client ACK"),
        ];
    }

    // Without a delay on the way, one FIN arrives before the other is queued, and then it is an ordinary close.
    private static IReadOnlyList<CloseSequence> SimultaneousForms() =>
    [
        Crossing("client data", "client FIN", "server FIN", "server ACK", "client ACK"),
        Crossing("client data", "client FIN", "server FIN", "client ACK", "server ACK"),
        Crossing("client data", "server FIN", "client FIN", "client ACK", "server ACK"),
        Crossing("client data", "server FIN", "client FIN", "server ACK", "client ACK"),
        ClientFirst("the client was first", "client data", "client FIN", "server FIN", "client ACK"),
        ClientFirst("the client was first", "client data", "client FIN", "server ACK", "server FIN", "client ACK"),
        ServerFirst("the server was first", "client data", "server FIN", "client FIN", "server ACK"),
        ServerFirst("the server was first", "client data", "server FIN", "client ACK", "client FIN", "server ACK"),
    ];
}
