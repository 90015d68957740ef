using System.Text;

namespace EchoClient;

/// <summary>What the command line asked for; the defaults are the program's.</summary>
internal sealed record ClientOptions
{
    /// <summary>The name or address of the server.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The server's port.</summary>
    public int Port { get; init; } = 8888;

    /// <summary>What is sent, and must come back.</summary>
    public byte[] Message { get; init; } = Encoding.UTF8.GetBytes("hello service");

    /// <summary>Which close to play: a name of <see cref="TcpClose.Scenarios"/>.</summary>
    public string Scenario { get; init; } = "half-close";

    /// <summary>How long the server is asked to wait (<c>late-data</c>).</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many bytes the server is asked to send (<c>late-data</c>).</summary>
    public long Late { get; init; } = 64 * 1024;

    /// <summary>How long to wait for the connection, and then for each next byte to go or to come.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The client's own port; null lets the kernel choose.</summary>
    public int? LocalPort { get; init; }

    /// <summary>Whether to wait until TIME-WAIT is over.</summary>
    public bool WatchTimeWait { get; init; }
}
