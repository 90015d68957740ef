namespace PathCheck.Relaying;

/// <summary>The options of the relay.</summary>
internal sealed record RelayOptions
{
    public static readonly TimeSpan DefaultIdleTimeout = TimeSpan.FromMinutes(10);

    /// <summary>The name or address of the server.</summary>
    public required string Host { get; init; }

    /// <summary>The port of the server.</summary>
    public required int Port { get; init; }

    /// <summary>Creates the fault of the direction from client to server, for each connection.</summary>
    public Func<Fault> ToServer { get; init; } = () => new Fault();

    /// <summary>Creates the fault of the direction from server to client, for each connection.</summary>
    public Func<Fault> ToClient { get; init; } = () => new Fault();

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a socket call may wait for the server before the relay aborts the connection. A fault that stops
    /// forwarding aborts after this time, too.
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = DefaultIdleTimeout;

    /// <summary>How long connections may last after a stop signal.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
