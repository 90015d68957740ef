namespace TcpClose.Scenarios;

/// <summary>The table of the scenarios. The tests compare every row with the kernel's trace and a capture.</summary>
public static class ScenarioTable
{
    /// <summary>The scenario that the server runs without a request.</summary>
    public const string PlainEcho = "half-close";

    /// <summary>All scenarios; the first is the default.</summary>
    public static readonly IReadOnlyList<Scenario> All =
    [
        new(PlainEcho, "the client sends its FIN first; the server still sends the echo, then closes",
            "the textbook close", "3.6")
        {
            NeedsServerSupport = false,
            Alternatives = EchoForms(),
        },
        new("late-data", "the server waits in CLOSE-WAIT, then sends much more data, then its FIN",
            "a FIN means \"I have sent everything\", not \"goodbye\"", "3.6.1")
        {
            Parameters = ["hold", "bytes"],
            Alternatives =
            [
                ClientFirst("in four segments",
                    "client data", "client FIN", "server ACK", "server data", "server FIN", "client ACK"),
            ],
        },
        new("three-segments", "neither side has anything left to send, and the server closes immediately",
            "the server's FIN and ACK share a segment; a close in three segments is legal", "3.6")
        {
            Alternatives =
            [
                ClientFirst("in three segments", "client data", "client FIN", "server FIN", "client ACK"),
                // This form occurs if the server answers after the delayed ACK (about 40 ms).
                ClientFirst("in four segments",
                    "client data", "client FIN", "server ACK", "server FIN", "client ACK"),
            ],
        },
        new("server-first", "the server sends its FIN first; the client continues to send, then closes",
            "the side that closes first is left with TIME-WAIT: here the server, on the port that it listens on", "3.6")
        {
            Parameters = ["hold"],
            Alternatives =
            [
                ServerFirst("in four segments",
                    "client data", "server FIN", "client ACK", "client data", "client FIN", "server ACK"),
            ],
        },
        new("simultaneous", "both sides queue their FIN before they have read the other's",
            "FINs that cross lead both sides through CLOSING into TIME-WAIT", "3.6")
        {
            Parameters = ["hold"],
            Alternatives = SimultaneousForms(),
        },
        new("full-close", "the client closes its socket immediately; data that the server sends later causes a RST",
            "Close ends both directions, Shutdown(Send) only one", "3.6.1")
        {
            Parameters = ["hold", "bytes"],
            Alternatives =
            [
                new("data causes a RST",
                    $"{ClientOpen} → FIN-WAIT-1 → FIN-WAIT-2 → CLOSED", $"{ServerOpen} → CLOSE-WAIT → CLOSED",
                    ["client data", "client FIN", "server ACK", "server data", "client RST"]),
            ],
        },
        new("unread-data", "the server closes with unread bytes: a RST follows its reply",
            "the most common way to lose a response", "3.6.1")
        {
            Parameters = ["hold", "bytes"],
            Alternatives = [Cut("client data", "server data", "server RST")],
        },
        new("idle", "the client sends nothing and waits; the server aborts after its --idle-timeout",
            "a silent connection costs both sides only memory, until one of them gives up", "3.8.4")
        {
            NeedsServerSupport = false,
            ServerArguments = ["--idle-timeout", "2s"],
            Alternatives = [Cut("server RST")],
        },
        new("client-abort", "the client closes with linger 0: a RST",
            "an abort sends a RST instead of a FIN: pending data is lost, and there is no TIME-WAIT", "3.10.5")
        {
            Alternatives = [Cut("client data", "client RST")],
        },
        new("server-abort", "the server closes with linger 0: a RST",
            "a reset is reported to one call only, and is not an end of stream", "3.10.5")
        {
            Parameters = ["hold"],
            Alternatives = [Cut("client data", "server RST")],
        },
        new("refused", "nothing listens on the port: SYN, RST",
            "a connection can also fail to open; the kernel sends the RST, not a program", "3.5.2")
        {
            NeedsServerSupport = false,
            HasServer = false,
            StandardPort = 1,
            Alternatives = [new("RST", "CLOSED → SYN-SENT → CLOSED", "", ["client SYN", "server RST"])],
        },
        new("frames", "several messages on one stream, each with a header that gives the size of its body",
            "TCP carries a stream of bytes, not messages: one read may return half a message, or three", "2.2")
        {
            NeedsServerSupport = false,
            Alternatives = EchoForms(),
        },
        new("http", "a server started with --http answers one request per connection and closes first",
            "a response without a length ends only with the server's FIN", "3.6")
        {
            NeedsServerSupport = false,
            ServerArguments = ["--http"],
            Alternatives =
            [
                ServerFirst("in three segments",
                    "client data", "server data", "server FIN", "client FIN", "server ACK"),
                ServerFirst("in four segments",
                    "client data", "server data", "server FIN", "client ACK", "client FIN", "server ACK"),
            ],
        },
    ];

    private const string
        ClientOpen = "CLOSED → SYN-SENT → ESTABLISHED",
        ServerOpen = "LISTEN → SYN-RECEIVED → ESTABLISHED";

    /// <summary>Returns the scenario with a name.</summary>
    public static Scenario Find(string name) => All.First(s => s.Name == name);

    private static CloseSequence ClientFirst(string name, params string[] wire) =>
        new(name, $"{ClientOpen} → FIN-WAIT-1 → FIN-WAIT-2 → TIME-WAIT",
            $"{ServerOpen} → CLOSE-WAIT → LAST-ACK → CLOSED", wire);

    private static CloseSequence ServerFirst(string name, params string[] wire) =>
        new(name, $"{ClientOpen} → CLOSE-WAIT → LAST-ACK → CLOSED",
            $"{ServerOpen} → FIN-WAIT-1 → FIN-WAIT-2 → TIME-WAIT", wire);

    private static CloseSequence Crossing(params string[] wire) =>
        new("the FINs crossed", $"{ClientOpen} → FIN-WAIT-1 → CLOSING → TIME-WAIT",
            $"{ServerOpen} → FIN-WAIT-1 → CLOSING → TIME-WAIT", wire);

    private static CloseSequence Cut(params string[] wire) =>
        new("cut off by a RST", $"{ClientOpen} → CLOSED", $"{ServerOpen} → CLOSED", wire);

    // Which form of the plain echo occurs depends on how quickly the server answers.
    private static IReadOnlyList<CloseSequence> EchoForms()
    {
        CloseSequence textbook = ClientFirst("in four segments",
            "client data", "client FIN", "server ACK", "server data", "server FIN", "client ACK");
        return
        [
            textbook,
            textbook.With("the echo carries the ACK",
                "client data", "client FIN", "server data", "server FIN", "client ACK"),
            textbook.With("with the client's FIN after the echo, in four segments",
                "client data", "server data", "client FIN", "server ACK", "server FIN", "client ACK"),
            textbook.With("with the client's FIN after the echo, in three segments",
                "client data", "server data", "client FIN", "server FIN", "client ACK"),
        ];
    }

    // Without a delay on the path, one FIN usually arrives before the other is queued. Then the close is ordinary.
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
