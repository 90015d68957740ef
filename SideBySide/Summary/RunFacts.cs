using System.Net;
using System.Net.NetworkInformation;
using Serilog.Events;
using SideBySide.Timeline;
using TcpClose.Events;

namespace SideBySide.Summary;

/// <summary>The facts of a run that all summaries share. What was not observed is null, 0 or empty.</summary>
internal sealed class RunFacts
{
    private const string MessageNote = "message ";

    private readonly LogEvent[] _events;
    private readonly Dictionary<Side, TcpState[]> _states;

    public RunFacts(ObservedRun run)
    {
        _events = [.. run.Events.Where(e => e.Get<string>("Side") == "client"
            || e.Get<int>("Connection") == run.ClientPort)];
        _states = ((Side[])[Side.Client, Side.Server]).ToDictionary(s => s, s => run.StatesOf(s).ToArray());
        HasCapture = run.Segments is { Count: > 0 };
        Segments = run.Segments ?? [];
        Arrived = [.. Segments.Where(s => !s.IsLost)];
        ClientPort = run.ClientPort;
    }

    public bool HasCapture { get; }

    /// <summary>The captured segments in order.</summary>
    public IReadOnlyList<SegmentEvent> Segments { get; }

    /// <summary>The captured segments that were not dropped.</summary>
    public IReadOnlyList<SegmentEvent> Arrived { get; }

    public int ClientPort { get; }

    public int ServerPort => _events.Where(e => e.Get<string>("Side") == "client")
        .Select(e => IPEndPoint.TryParse(e.Get<string>("Remote") ?? "", out IPEndPoint? at) ? at.Port : 0)
        .FirstOrDefault(p => p != 0);

    /// <summary>The number of messages that the client found in the stream.</summary>
    public int Messages => _events.Count(e => e.Get<string>("Sentence") is { } sentence
        && sentence.StartsWith(MessageNote, StringComparison.Ordinal));

    /// <summary>Whether the client's result was the expected one.</summary>
    public bool IsAsExpected => _events.Any(e => e.Get<int?>("ExitCode") == 0);

    /// <summary>The number of bytes that the client received after its FIN.</summary>
    public long? BytesAfterFin => ClientsResult("BytesAfterFin");

    /// <summary>How long the client's port remains in TIME-WAIT, according to the kernel.</summary>
    public TimeSpan? TimeWaitLeft => Last(Side.Client, ClosePhase.TimeWait)?.Get<double?>("LeftSeconds") is { } left
        ? TimeSpan.FromSeconds(Math.Round(left))
        : null;

    /// <summary>Whether the last known state of both sides is CLOSED.</summary>
    public bool NoTimeWait => _states.Values.All(s => s is [.., TcpState.Closed]);

    /// <summary>Whether a side is in TIME-WAIT.</summary>
    public bool IsInTimeWait(Side side) => _states[side] is [.., TcpState.TimeWait];

    public bool WasIn(Side side, TcpState state) => _states[side].Contains(state);

    /// <summary>The first event of a phase on one side.</summary>
    public LogEvent? First(Side side, ClosePhase phase) => Events(side, phase).FirstOrDefault();

    /// <summary>The last event of a phase on one side.</summary>
    public LogEvent? Last(Side side, ClosePhase phase) => Events(side, phase).LastOrDefault();

    /// <summary>The number of bytes that a side has sent, each byte once.</summary>
    public long? BytesSentBy(Side side) => HasCapture ? DataOf(side).Sum(s => (long)s.Segment.Length)
        : (side == Side.Client ? ClientsResult("BytesSent") : null) ?? Last(side, ClosePhase.Sent)?.Get<long?>("Bytes");

    /// <summary>
    /// The number of bytes that a program sent with calls after a moment. Null if there were none, or if the number is
    /// unknown, because only some calls have an event.
    /// </summary>
    public long? BytesSentAfter(Side side, long moment) =>
        First(side, ClosePhase.Sent) is not { } first || Last(side, ClosePhase.Sent) is not { } last ? null
        : first.Get<long>("CalledAt") > moment ? last.Get<long?>("Bytes")
        : last.Get<long>("CalledAt") > moment && last.Get<int>("Calls") == 2 ? last.Get<long?>("Count")
        : null;

    /// <summary>The number of bytes that arrived at a side after its FIN, according to the captured segments.</summary>
    public long BytesArrivedAfterFin(Side of) => Arrived.SkipWhile(s => s.Side != of || !s.Has("FIN"))
        .Where(s => s.Side != of && !s.Segment.IsRetransmission).Sum(s => (long)s.Segment.Length);

    /// <summary>The number of bytes that a program has received.</summary>
    public long? BytesReceivedBy(Side side) =>
        (Last(side, ClosePhase.FinRead) ?? Last(side, ClosePhase.ResetReceived) ?? Last(side, ClosePhase.Received))
            ?.Get<long?>("Bytes");

    /// <summary>The captured segments with data that a side sent, without repetitions.</summary>
    public IEnumerable<SegmentEvent> DataOf(Side side) =>
        Segments.Where(s => s.Side == side && s.Segment is { Length: > 0, IsRetransmission: false });

    /// <summary>When a program called <c>Shutdown(Send)</c>, or <c>Close</c> without it.</summary>
    public long? EndCalledAt(Side side) =>
        (First(side, ClosePhase.FinQueued) ?? First(side, ClosePhase.SocketClosed))?.Get<long?>("CalledAt");

    private long? ClientsResult(string name) =>
        _events.Select(e => e.Get<long?>(name)).LastOrDefault(number => number is not null);

    private IEnumerable<LogEvent> Events(Side side, ClosePhase phase) =>
        _events.Where(e => e.Get<string>("Side") == side.Name() && e.Is(phase));
}
