using SideBySide.Captures;
using TcpClose.Events;

namespace SideBySide.Explaining;

/// <summary>What the other connections of a capture show about an end of a connection.</summary>
internal sealed class CaptureIndex
{
    private readonly Dictionary<CapturedConnection, int> _numbers = [];
    private readonly Dictionary<CapturedEnd, Known> _ends = [];

    /// <summary>Reads what each connection shows about its two ends.</summary>
    public CaptureIndex(IReadOnlyList<CapturedConnection> connections)
    {
        foreach (CapturedConnection connection in connections)
        {
            _numbers[connection] = _numbers.Count + 1;
            foreach (Side side in (Side[])[Side.Client, Side.Server]) Note(connection, side);
        }

        foreach (Known known in _ends.Values) known.Aborts.Sort();
    }

    /// <summary>
    /// The number of another connection that the same server answered with a SYN ACK; null without one.
    /// </summary>
    public int? OpenedBeside(CapturedConnection connection) =>
        Find(connection, Side.Server)?.Opened.Where(n => n != _numbers[connection]).Cast<int?>().FirstOrDefault();

    /// <summary>
    /// The number of another connection in which the same end sent something other than a RST after
    /// <paramref name="since"/> (in nanoseconds since 1970). Null without one.
    /// </summary>
    public int? AnsweredBeside(CapturedConnection connection, Side side, long since) =>
        Find(connection, side)?.LastSent.Where(s => s.At > since && s.Number != _numbers[connection])
            .Select(s => (int?)s.Number).FirstOrDefault();

    /// <summary>
    /// The numbers of the other connections that the same end reset at about the time <paramref name="at"/> (in
    /// nanoseconds since 1970). None if most of its resets are at other times: a few may coincide by chance.
    /// </summary>
    public IReadOnlyList<int> ResetBeside(CapturedConnection connection, Side side, long at, TimeSpan within)
    {
        if (Find(connection, side) is not { } known) return [];
        long difference = (long)within.TotalNanoseconds;
        int first = known.Aborts.BinarySearch((at - difference, 0));
        int[] near = [.. known.Aborts.Skip(first < 0 ? ~first : first).TakeWhile(a => a.At <= at + difference)
            .Select(a => a.Number)];
        return 2 * near.Length < known.Aborts.Count ? []
            : [.. near.Where(n => n != _numbers[connection]).Distinct().Order()];
    }

    private Known? Find(CapturedConnection connection, Side side) =>
        _numbers.ContainsKey(connection) ? _ends.GetValueOrDefault(Key(connection, side)) : null;

    // A client is identified by its address alone, because each of its connections has another port.
    private static CapturedEnd Key(CapturedConnection connection, Side side) =>
        side == Side.Server ? connection.Server : connection.Client with { Port = 0 };

    private void Note(CapturedConnection connection, Side side)
    {
        CapturedEnd key = Key(connection, side);
        if (!_ends.TryGetValue(key, out Known? known)) _ends[key] = known = new Known();
        int number = _numbers[connection];
        CapturedSegment? first = connection.Segments.FirstOrDefault(s => s.Side == side),
            last = connection.Segments.LastOrDefault(s => s.Side == side && !s.Has(TcpFlags.Rst));
        if (side == Side.Server && known.Opened.Count < 2 && first is not null && first.Has(TcpFlags.Syn)
            && first.Has(TcpFlags.Ack))
            known.Opened.Add(number);
        if (last is not null) known.Sent(last.At, number);

        // A RST without the ACK flag answers a segment. A RST that is its sender's first segment refuses a SYN. Neither
        // is an abort.
        CapturedSegment? abort = connection.Segments.FirstOrDefault(s => s.Side == side && s.Has(TcpFlags.Rst)
            && s.Has(TcpFlags.Ack));
        if (abort is not null && first != abort) known.Aborts.Add((abort.At, number));
    }

    // Opened and LastSent keep two connections, because one may be the connection that is explained.
    private sealed class Known
    {
        public List<int> Opened { get; } = [];

        public List<(long At, int Number)> LastSent { get; } = [];

        public List<(long At, int Number)> Aborts { get; } = [];

        public void Sent(long at, int number)
        {
            LastSent.Add((at, number));
            LastSent.Sort((a, b) => b.At.CompareTo(a.At));
            if (LastSent.Count > 2) LastSent.RemoveAt(2);
        }
    }
}
