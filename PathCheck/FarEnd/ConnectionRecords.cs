using PathCheck.Protocol;
using TcpClose.Sockets;

namespace PathCheck.FarEnd;

/// <summary>
/// The records of connections with an id, each kept for <see cref="Retention"/> after its end. If there are more than
/// <see cref="MaxRecords"/>, the oldest is dropped.
/// </summary>
internal sealed class ConnectionRecords(TimeProvider time, PauseDetector? pauses = null)
{
    /// <summary>The maximum number of records.</summary>
    public const int MaxRecords = 1024;

    /// <summary>How long a record is kept after its connection has ended.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromMinutes(10);

    private readonly Dictionary<ConnectionId, ConnectionRecord> _byId = [];
    private readonly Queue<ConnectionRecord> _inOrder = [];

    /// <summary>
    /// Begins a record. If another connection has the id already, marks its record as ambiguous and returns null.
    /// </summary>
    public ConnectionRecord? Begin(ConnectionId id, ObservedSocket? socket = null)
    {
        lock (_byId)
        {
            while (_inOrder.TryPeek(out ConnectionRecord? oldest)
                && (_inOrder.Count >= MaxRecords || IsExpired(oldest)))
                _byId.Remove(_inOrder.Dequeue().Id);
            if (_byId.TryGetValue(id, out ConnectionRecord? first))
            {
                first.MarkDuplicate();
                return null;
            }

            var begun = new ConnectionRecord(id, socket, time, pauses);
            _byId.Add(id, begun);
            _inOrder.Enqueue(begun);
            return begun;
        }
    }

    /// <summary>Returns the report of the connection with this id, or that there is no record of it.</summary>
    public ConnectionReport ReportOf(ConnectionId id)
    {
        lock (_byId)
        {
            bool isKnown = _byId.TryGetValue(id, out ConnectionRecord? found) && !IsExpired(found);
            return isKnown ? found!.ToReport() : ConnectionReport.Nothing(id);
        }
    }

    private static bool IsExpired(ConnectionRecord record) => record.EndedAgo > Retention;
}
