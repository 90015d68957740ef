using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using TcpClose.Kernel;

namespace SideBySide.Relays;

/// <summary>
/// Reads from the kernel's table where a relay listens, and the states of its sockets. Only changes are returned.
/// </summary>
/// <param name="listen">The port on which the relay listens.</param>
/// <param name="server">The port to which it connects.</param>
internal sealed class RelaySockets(int listen, int server)
{
    private readonly IPGlobalProperties _table = IPGlobalProperties.GetIPGlobalProperties();
    private readonly Dictionary<(IPEndPoint Local, IPEndPoint Remote), TcpState> _states = [];

    /// <summary>The addresses on which something listens on the relay's port.</summary>
    public IPEndPoint[] Listeners() => [.. _table.GetActiveTcpListeners().Where(l => l.Port == listen)];

    /// <summary>
    /// The states of the relay's sockets that have changed since the last call. A socket that is no longer in the table
    /// is CLOSED.
    /// </summary>
    public IReadOnlyList<RelayState> Changes()
    {
        var now = new Dictionary<(IPEndPoint Local, IPEndPoint Remote), TcpState>();
        foreach (TcpConnectionInformation row in _table.GetActiveTcpConnections())
        {
            if (row.LocalEndPoint.Port == listen || row.RemoteEndPoint.Port == server)
                now[(row.LocalEndPoint, row.RemoteEndPoint)] = row.State;
        }

        long at = Clock.Now;
        var changes = new List<RelayState>();
        foreach (var socket in _states.Keys.Union(now.Keys))
        {
            TcpState state = now.GetValueOrDefault(socket, TcpState.Closed);
            if (_states.TryGetValue(socket, out TcpState before) && before == state) continue;
            changes.Add(new RelayState(at, socket.Local.Port, socket.Remote.Port, state));
        }

        _states.Clear();
        foreach (var (socket, state) in now) _states[socket] = state;
        return changes;
    }
}

/// <summary>A state of one of the relay's sockets.</summary>
/// <param name="At">When it was read, in nanoseconds on the monotonic clock.</param>
/// <param name="LocalPort">The socket's own port.</param>
/// <param name="RemotePort">The port of its peer.</param>
/// <param name="State">The state.</param>
internal readonly record struct RelayState(long At, int LocalPort, int RemotePort, TcpState State)
{
    /// <summary>The state as a line that <see cref="Parse"/> reads.</summary>
    public string ToLine() =>
        string.Create(CultureInfo.InvariantCulture, $"{At} {LocalPort} {RemotePort} {StateNames.Name(State)}");

    /// <summary>Parses such a line; null if it is not one.</summary>
    public static RelayState? Parse(string line)
    {
        string[] words = line.Split(' ');
        return words.Length == 4 && StateNames.Parse(words[3]) is { } state
            && long.TryParse(words[0], CultureInfo.InvariantCulture, out long at)
            && int.TryParse(words[1], CultureInfo.InvariantCulture, out int local)
            && int.TryParse(words[2], CultureInfo.InvariantCulture, out int remote)
            ? new RelayState(at, local, remote, state)
            : null;
    }
}
