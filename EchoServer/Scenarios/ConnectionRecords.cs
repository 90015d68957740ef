using System.Reflection;
using TcpClose.Events;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace EchoServer.Scenarios;

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
    public ConnectionRecord? Begin(ConnectionId id, ObservedSocket? socket = null)
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

            var begun = new ConnectionRecord(id, socket, time);
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

    /// <summary>A connection was accepted. Until something is known of it, it is silent.</summary>
    public FirstActivityObserver Accepted()
    {
        Interlocked.Increment(ref _silent);
        return new FirstActivityObserver(this);
    }

    /// <summary>Its first activity: a byte, or an end before it, which is counted.</summary>
    public void RecordFirstActivity(bool isFin, bool isReset)
    {
        if (isFin) Interlocked.Increment(ref _loneFins);
        if (isReset) Interlocked.Increment(ref _loneResets);
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

/// <summary>Counts what a connection began with.</summary>
internal sealed class FirstActivityObserver(ConnectionRecords records) : IConnectionObserver
{
    private bool _isKnown;

    public void Received(long calledAt, ReadOnlySpan<byte> bytes, bool afterOurFin) => Record();

    public void FinRead(long calledAt) => Record(isFin: true);

    public void ResetReceived(in CallSample sample, string how) => Record(isReset: true);

    public void Aborted(in CallSample sample, string cause) => Record();

    public void ConnectionTimedOut(in CallSample sample, string cause) => Record();

    public void SocketClosed(long calledAt) => Record();

    private void Record(bool isFin = false, bool isReset = false)
    {
        if (!_isKnown) records.RecordFirstActivity(isFin, isReset);
        _isKnown = true;
    }
}
