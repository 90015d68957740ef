using System.Reflection;
using TcpClose;

namespace EchoServer;

/// <summary>
/// What the server remembers of the connections that carried an id, for clients that ask from behind a relay: a bounded
/// number of them, for a bounded time. Where there are too many the oldest goes.
/// </summary>
internal sealed class Recollections
{
    /// <summary>So many are kept at most.</summary>
    public const int Most = 1024;

    /// <summary>So long each is kept after its connection has ended.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private static readonly string Version =
        typeof(Recollections).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    private readonly Dictionary<ConnectionId, Recollection> _byId = [];
    private readonly Queue<Recollection> _inOrder = [];
    private long _loneFins, _loneResets;

    /// <summary>Begins to remember a connection; null where another has the id already: the first one keeps it.</summary>
    public Recollection? Begin(ConnectionId id)
    {
        lock (_byId)
        {
            while (_inOrder.TryPeek(out Recollection? oldest) && (_inOrder.Count >= Most || IsOver(oldest)))
                _byId.Remove(_inOrder.Dequeue().Id);
            var begun = new Recollection(id);
            if (!_byId.TryAdd(id, begun)) return null;
            _inOrder.Enqueue(begun);
            return begun;
        }
    }

    /// <summary>What it saw of a connection.</summary>
    public SawLine Saw(ConnectionId id)
    {
        lock (_byId)
            return _byId.TryGetValue(id, out Recollection? found) && !IsOver(found) ? found.Saw() : SawLine.Nothing(id);
    }

    /// <summary>A connection has ended with a FIN before it brought a byte.</summary>
    public void LoneFin() => Interlocked.Increment(ref _loneFins);

    /// <summary>A connection has been reset before it brought a byte.</summary>
    public void LoneReset() => Interlocked.Increment(ref _loneResets);

    /// <summary>Who the server is.</summary>
    public HelloLine Hello() => new(Version, Interlocked.Read(ref _loneFins), Interlocked.Read(ref _loneResets));

    private static bool IsOver(Recollection one) => one.EndedAt is { } ended && Clock.Now - ended > Longest.TotalNanoseconds;
}
