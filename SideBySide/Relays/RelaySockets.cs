using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using TcpClose.Kernel;

namespace SideBySide.Relays;

/// <summary>
/// Reads from the kernel where a relay listens, and the states of its sockets. Reading the whole table may take 100 ms,
/// so each found socket is queried separately.
/// </summary>
/// <param name="listen">The port on which the relay listens.</param>
/// <param name="server">The port to which it connects.</param>
internal sealed class RelaySockets(int listen, int server)
{
    // The pause after each reading of the table, as a multiple of the reading's duration.
    private const int PauseFactor = 2;

    private readonly IPGlobalProperties _table = IPGlobalProperties.GetIPGlobalProperties();
    private readonly ConcurrentDictionary<(IPEndPoint Local, IPEndPoint Remote), TcpState> _states = [];
    private readonly Dictionary<(IPEndPoint Local, IPEndPoint Remote), RelayState> _last = [];

    /// <summary>The addresses on which something listens on the relay's port.</summary>
    /// <exception cref="NetworkInformationException">The table cannot be read.</exception>
    public IPEndPoint[] Listeners() => [.. _table.GetActiveTcpListeners().Where(l => l.Port == listen)];

    /// <summary>Finds new sockets of the relay until <paramref name="stop"/> is cancelled.</summary>
    /// <exception cref="NetworkInformationException">The table cannot be read.</exception>
    public async Task FindAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var reading = Stopwatch.StartNew();
            foreach (TcpConnectionInformation row in _table.GetActiveTcpConnections())
            {
                if (row.LocalEndPoint.Port == listen || row.RemoteEndPoint.Port == server)
                    _states.TryAdd((Plain(row.LocalEndPoint), Plain(row.RemoteEndPoint)), TcpState.Unknown);
            }

            await Task.Delay(reading.Elapsed * PauseFactor, stop)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Queries the state of each socket that has not reached CLOSED yet. After a change, returns the last reading of
    /// the old state and the first of the new one. Also returns the first reading of a socket, unless it is CLOSED.
    /// </summary>
    public IEnumerable<RelayState> Changes()
    {
        foreach (((IPEndPoint Local, IPEndPoint Remote) socket, TcpState before) in _states)
        {
            if (before == TcpState.Closed || KernelConnectionTable.Find(socket.Local, socket.Remote) is not { } row)
                continue;
            var now = new RelayState(Clock.Now, socket.Local.Port, socket.Remote.Port, row.State);
            bool isKnown = _last.TryGetValue(socket, out RelayState last);
            _last[socket] = now;
            if (row.State == before) continue;
            _states[socket] = row.State;
            if (isKnown) yield return last;
            if (isKnown || row.State != TcpState.Closed) yield return now;
        }
    }

    /// <summary>The last reading of each socket that is not in CLOSED.</summary>
    public IEnumerable<RelayState> Latest() => _last.Values.Where(s => s.State != TcpState.Closed);

    // A socket for both IPv4 and IPv6 reports an IPv4 address in the form of IPv6.
    private static IPEndPoint Plain(IPEndPoint end) =>
        end.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(end.Address.MapToIPv4(), end.Port) : end;
}
