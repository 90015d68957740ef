using System.Net.NetworkInformation;
using Serilog.Events;
using SideBySide.Faults;
using SideBySide.Timeline;
using SideBySide.Tools;
using SideBySide.Tracing;
using TcpClose.Events;
using TcpClose.Kernel;

namespace SideBySide.Running;

/// <summary>The kernel's trace and the packet capture of a run, as far as this machine allows them.</summary>
internal sealed class Tracers : IAsyncDisposable
{
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(20), Poll = TimeSpan.FromMilliseconds(50),
        SynLimit = TimeSpan.FromSeconds(1);

    private readonly int _port;
    private readonly List<string> _missing = [];
    private KernelTrace? _trace;
    private SegmentTrace? _segmentTrace;
    private PacketCapture? _capture;
    private ClockOffset _clockOffset;

    private Tracers(int port) => _port = port;

    /// <summary>One sentence for each missing source, with the reason.</summary>
    public IReadOnlyList<string> Missing => _missing;

    /// <summary>Begins to trace and to capture the server's port, as far as possible.</summary>
    public static async Task<Tracers> StartAsync(int port, NetworkNamespace? inside)
    {
        var tracers = new Tracers(port);
        tracers.StartTrace();
        await tracers.StartCaptureAsync(inside);
        tracers._clockOffset = ClockOffset.Read();
        return tracers;
    }

    /// <summary>Waits at most a second for the first SYN of a client port; 0 means any port.</summary>
    /// <returns>Its time in nanoseconds on the monotonic clock; null if none was captured.</returns>
    public async Task<long?> SynOfAsync(int clientPort)
    {
        IReadOnlyList<Segment> captured = _capture is null ? []
            : await _capture.WaitForAsync(segments => segments.Any(IsSyn), SynLimit);
        return captured.Where(IsSyn).Select(s => (long?)_clockOffset.ToMonotonic(s.Time)).FirstOrDefault();

        bool IsSyn(Segment s) => s.Flags == "SYN" && (clientPort == 0 || clientPort == s.FromPort);
    }

    /// <summary>The segments of a client port that have been captured so far.</summary>
    public IReadOnlyList<SegmentEvent> SegmentsOf(int clientPort) =>
        _capture is null ? [] : SegmentEvents(_capture.Captured, clientPort);

    /// <summary>Waits until the connection has ended in the trace and in the capture, at most 20 seconds.</summary>
    public async Task<ObservedRun> FinishAsync(IReadOnlyCollection<LogEvent> events, DropOption? loss,
        CancellationToken stop)
    {
        // The events of a refused client do not contain its port.
        int clientPort = events.Where(e => e.Get<string>("Side") == "client").Select(e => e.Get<int>("Connection"))
            .LastOrDefault(p => p != 0);
        for (long end = Clock.Deadline(SettleLimit); ;)
        {
            (ObservedRun run, bool isOver) = await ObserveAsync(clientPort, events, loss);
            if (isOver || stop.IsCancellationRequested || Clock.Now > end) return run;
        }
    }

    /// <summary>
    /// Returns what has been observed so far, and whether the connection has ended. Takes at least 50 ms. If
    /// <paramref name="clientPort"/> is 0, the client of the first captured segment is used.
    /// </summary>
    public async Task<(ObservedRun Run, bool IsOver)> ObserveAsync(
        int clientPort, IReadOnlyCollection<LogEvent> events, DropOption? loss = null)
    {
        if (_capture is { HasEnded: true }) await LoseCaptureAsync();
        IReadOnlyList<Segment>? captured = _capture is null ? null : await _capture.WaitForAsync(_ => false, Poll);
        if (captured is null) await Task.Delay(Poll, CancellationToken.None);
        if (clientPort == 0 && captured is [{ } syn, ..]) clientPort = syn.FromPort;
        IReadOnlyList<SegmentEvent>? segments = captured is null ? null : SegmentEvents(captured, clientPort);
        if (segments is not null && loss is not null) segments = await loss.MarkAsync(segments);
        IReadOnlyList<SocketHistory> histories = _trace?.Read() ?? [];
        SocketHistory? client =
            histories.LastOrDefault(h => h.RemotePort == _port && (h.LocalPort == clientPort || clientPort == 0));
        SocketHistory? server = histories.LastOrDefault(h => h.LocalPort == _port && h.RemotePort == clientPort);

        bool isOver = (segments is null || WireSummary.IsOver(segments))
            && (_trace is null || (IsOver(client) && (server is null || IsOver(server))));
        if (segments is not null) segments = TracedSegments.Add(segments, _segmentTrace?.Read() ?? []);
        return (new ObservedRun(clientPort, [.. events], client, server, segments), isOver);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _trace?.Dispose();
        _segmentTrace?.Dispose();
        if (_capture is not null) await _capture.DisposeAsync();
    }

    private void StartTrace()
    {
        string? why = KernelTrace.Unavailable(AsRoot.Command);
        try
        {
            if (why is null)
            {
                _trace = KernelTrace.Start(_port);
                _segmentTrace = SegmentTrace.Start(_port);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            why = $"the kernel trace did not start: {e.Message}";
        }

        if (why is not null) _missing.Add($"the states are those that the programs read; {why}");
    }

    private async Task LoseCaptureAsync()
    {
        await _capture!.DisposeAsync();
        _capture = null;
        _missing.Add("no segments: the packet capture ended during the run");
    }

    // Does not check the right to capture: tshark may have it although this program does not.
    private async Task StartCaptureAsync(NetworkNamespace? inside)
    {
        string? why = PacketCapture.Unavailable(inside is not null, AsRoot.Command);
        try
        {
            if (why is null) _capture = await PacketCapture.StartAsync(_port, inside);
        }
        catch (InvalidOperationException e)
        {
            why = e.Message;
        }

        if (why is not null) _missing.Add($"no segments; {why}");
    }

    private static bool IsOver(SocketHistory? history) => history is { Transitions: [.., { To: TcpState.Closed }] };

    // The server's port may also carry the traffic of other connections.
    private List<SegmentEvent> SegmentEvents(IReadOnlyList<Segment> captured, int clientPort)
    {
        var ours = new List<SegmentEvent>();
        foreach (Segment segment in captured.Where(s => (s.FromPort == clientPort && s.ToPort == _port)
            || (s.FromPort == _port && s.ToPort == clientPort)))
        {
            var entry = new SegmentEvent(_clockOffset.ToMonotonic(segment.Time),
                segment.FromPort == clientPort ? Side.Client : Side.Server, segment, IsLost: false);

            // Wireshark reports a retransmission after a gap as out of order, so it is recognized here.
            bool again = entry.End > segment.Sequence
                && ours.Any(m => m.Side == entry.Side && m.Segment.Sequence == segment.Sequence && m.End == entry.End);
            ours.Add(again ? entry with { Segment = segment with { IsRetransmission = true } } : entry);
        }

        return ours;
    }
}
