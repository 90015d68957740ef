using PathCheck.Protocol;
using TcpClose.Events;

namespace PathCheck.FarEnd;

/// <summary>
/// The connections that carried no byte, and therefore no id: the open ones, and some that have ended. A near end
/// claims its connection when it has received the answer to its FIN. Claimed connections are not reported.
/// </summary>
internal sealed class BytelessConnections(TimeProvider time, PauseDetector? pauses = null)
{
    public const int MaxEnded = 1024;

    /// <summary>How long a connection is kept after its end.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly HashSet<Entry> _open = [];
    private readonly Queue<Entry> _ended = [];
    private long? _lastDroppedEnd;

    /// <summary>Adds an accepted connection. The caller attaches the entry to it.</summary>
    public Entry Add()
    {
        var entry = new Entry(this, time.GetTimestamp());
        lock (_lock) _open.Add(entry);
        return entry;
    }

    /// <summary>Marks a connection as claimed: its near end has received this id in the answer to its FIN.</summary>
    public void Claim(ConnectionId id)
    {
        lock (_lock)
            if (_ended.FirstOrDefault(e => e.Id == id) is { } entry) entry.IsClaimed = true;
    }

    /// <summary>
    /// Reports the unclaimed connections that were open in the last <paramref name="within"/> and lived for at least
    /// <see cref="BytelessReport.MinLife"/>, the latest first.
    /// </summary>
    public BytelessReport ToReport(TimeSpan within)
    {
        lock (_lock)
        {
            long now = time.GetTimestamp();
            DropExpired();
            List<BytelessConnection> all =
            [
                .. _open.Concat(_ended).Where(e => !e.IsClaimed).Select(e => e.ToConnection(time, now))
                    .Where(c => c.EndedAgo <= within && c.AcceptedAgo - c.EndedAgo >= BytelessReport.MinLife)
                    .OrderBy(c => c.AcceptedAgo),
            ];

            // If an ended connection of this time was dropped, the number is 1 higher, so that the report counts as
            // incomplete.
            int missing = _lastDroppedEnd is { } dropped && time.GetElapsedTime(dropped, now) <= within ? 1 : 0;
            TimeSpan pause = pauses?.LongestSince(within) ?? TimeSpan.Zero;
            return new BytelessReport(all.Count + missing, pause, [.. all.Take(BytelessReport.MaxConnections)]);
        }
    }

    private void End(Entry entry, StreamEnd? end)
    {
        lock (_lock)
        {
            long now = time.GetTimestamp();
            bool isShort = time.GetElapsedTime(entry.AcceptedAt, now) < BytelessReport.MinLife;
            if (!_open.Remove(entry) || end is null || isShort) return;
            (entry.EndedAt, entry.End) = (now, end.Value);
            DropExpired();
            if (_ended.Count == MaxEnded) _lastDroppedEnd = _ended.Dequeue().EndedAt;
            _ended.Enqueue(entry);
        }
    }

    private void DropExpired()
    {
        while (_ended.TryPeek(out Entry? oldest) && time.GetElapsedTime(oldest.EndedAt!.Value) > Retention)
            _ended.Dequeue();
    }

    /// <summary>One connection. A received byte removes the entry.</summary>
    internal sealed class Entry(BytelessConnections all, long acceptedAt) : IConnectionObserver
    {
        /// <summary>The id in the answer to this connection's FIN.</summary>
        public ConnectionId Id { get; } = ConnectionId.Next();

        public long AcceptedAt => acceptedAt;

        public long? EndedAt { get; set; }

        public StreamEnd End { get; set; }

        public bool IsClaimed { get; set; }

        public BytelessConnection ToConnection(TimeProvider time, long now) =>
            new(End, time.GetElapsedTime(acceptedAt, now), time.GetElapsedTime(EndedAt ?? now, now));

        public void Received(long calledAt, ReadOnlySpan<byte> bytes, bool afterOurFin) => all.End(this, null);

        public void FinRead(long calledAt) => all.End(this, StreamEnd.Fin);

        public void ResetReceived(in CallSample sample, string how) => all.End(this, StreamEnd.Reset);

        public void Aborted(in CallSample sample, string cause) => all.End(this, StreamEnd.Nothing);

        public void ConnectionTimedOut(in CallSample sample, string cause) => all.End(this, StreamEnd.Nothing);

        public void SocketClosed(long calledAt) => all.End(this, StreamEnd.Nothing);
    }
}
