namespace EchoServer;

/// <summary>The options of the server.</summary>
internal sealed record ServerOptions
{
    /// <summary>The name or address to listen on.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port to listen on; 0 picks a free port.</summary>
    public int Port { get; init; } = 8888;

    /// <summary>The pause before the first reply, and again before the FIN.</summary>
    public TimeSpan Think { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The maximum number of concurrent connections; others wait in the backlog.</summary>
    public int MaxConnections { get; init; } = 10_000;

    public int DescriptorsPerConnection { get; init; } = 1;

    /// <summary>How long a connection may wait for its client before it is aborted.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether scenarios are disabled: a request for a scenario is echoed.</summary>
    public bool EchoOnly { get; init; }

    /// <summary>Whether the server answers one HTTP request per connection instead of echoing.</summary>
    public bool Http { get; init; }

    /// <summary>Whether to set SO_REUSEADDR, so that the server can listen on a port that is in TIME-WAIT.</summary>
    public bool ReuseAddress { get; init; } = true;

    /// <summary>
    /// The maximum number of concurrent connections that send a large reply. It bounds the kernel memory that clients
    /// can occupy without reading (docs/endurance.md).
    /// </summary>
    public int MaxLargeReplies { get; init; } = 1000;

    /// <summary>How long connections may take to finish after a stop signal. Then they are aborted.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
