using System.Reflection;
using TcpClose.Events;
using TcpClose.Scenarios;

namespace EchoServer.Hosting;

/// <summary>
/// What the server remembers of the connections that carried an id, for clients that ask from behind a relay: a bounded
/// number of them, for a bounded time. Where there are too many the oldest goes.
/// </summary>
internal sealed class ConnectionRecords(TimeProvider time)
{
    /// <summary>So many are kept at most.</summary>
    public const int MaxRecords = 1024;

    /// <summary>So long each is kept after its connection has ended.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromMinutes(10);

    private static readonly string Version =
        typeof(ConnectionRecords).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    private readonly Dictionary<ConnectionId, ConnectionRecord> _byId = [];
    private readonly Queue<ConnectionRecord> _inOrder = [];
    private long _loneFins, _loneResets, _silent;

    /// <summary>Begins to remember a connection; null where another has the id already: the first one keeps it, and is told.</summary>
    public ConnectionRecord? Begin(ConnectionId id)
    {
        lock (_byId)
        {
            while (_inOrder.TryPeek(out ConnectionRecord? oldest) && (_inOrder.Count >= MaxRecords || IsOver(oldest)))
                _byId.Remove(_inOrder.Dequeue().Id);
            if (_byId.TryGetValue(id, out ConnectionRecord? first))
            {
                first.MarkDuplicate();
                return null;
            }

            var begun = new ConnectionRecord(id, time);
            _byId.Add(id, begun);
            _inOrder.Enqueue(begun);
            return begun;
        }
    }

    /// <summary>What it saw of a connection.</summary>
    public ConnectionReport Saw(ConnectionId id)
    {
        lock (_byId)
            return _byId.TryGetValue(id, out ConnectionRecord? found) && !IsOver(found) ? found.ToReport() : ConnectionReport.Nothing(id);
    }

    /// <summary>A connection was accepted. Until it is heard of it is silent.</summary>
    public void Accepted() => Interlocked.Increment(ref _silent);

    /// <summary>It is heard of, or has ended without that. A byte breaks the silence; an end before it is counted.</summary>
    public void Heard(FirstSign sign)
    {
        if (sign == FirstSign.Fin) Interlocked.Increment(ref _loneFins);
        if (sign == FirstSign.Reset) Interlocked.Increment(ref _loneResets);
        Interlocked.Decrement(ref _silent);
    }

    /// <summary>Who the server is.</summary>
    public ServerInfo Hello()
    {
        // Read first and written last: whoever is missing here has been counted there.
        long silent = Interlocked.Read(ref _silent);
        return new ServerInfo(Version, Interlocked.Read(ref _loneFins), Interlocked.Read(ref _loneResets), silent);
    }

    private static bool IsOver(ConnectionRecord one) => one.EndedAgo > Retention;
}
