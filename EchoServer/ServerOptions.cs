namespace EchoServer;

/// <summary>What the command line asked for; the defaults are the program's.</summary>
internal sealed record ServerOptions
{
    /// <summary>The name or address to listen on.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port to listen on; 0 takes a free one.</summary>
    public int Port { get; init; } = 8888;

    /// <summary>The pause before the first reply, and again before the FIN.</summary>
    public TimeSpan Think { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How many connections are served at once; the others wait in the kernel's backlog.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>How long a connection may wait for its client before it is aborted.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether a client's request for another close is echoed like any bytes.</summary>
    public bool EchoOnly { get; init; }

    /// <summary>Whether each connection is served a page of HTTP, and no echo.</summary>
    public bool Http { get; init; }

    /// <summary>Whether the port is bound with SO_REUSEADDR, so that connections in TIME-WAIT are no obstacle.</summary>
    public bool ReuseAddress { get; init; } = true;

    /// <summary>How long connections may go on when the server is stopped, before they are aborted.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
