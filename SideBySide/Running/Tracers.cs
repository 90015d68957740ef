using System.Net.NetworkInformation;
using Serilog.Events;
using SideBySide.Faults;
using SideBySide.Timeline;
using SideBySide.Tools;
using SideBySide.Tracing;
using TcpClose.Events;
using TcpClose.Kernel;

namespace SideBySide.Running;

/// <summary>
/// The kernel's trace and the packet capture of a run, each if this machine allows it. A missing source is reported and
/// never replaced by a guess.
/// </summary>
internal sealed class Tracers : IAsyncDisposable
{
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(20), Poll = TimeSpan.FromMilliseconds(50),
        HandshakeLimit = TimeSpan.FromSeconds(1);

    private readonly int _port;
    private readonly List<string> _missing = [];
    private KernelTrace? _trace;
    private PacketCapture? _capture;
    private ClockOffset _clockOffset;

    private Tracers(int port) => _port = port;

    /// <summary>What is missing and how to get it, one sentence for each source.</summary>
    public IReadOnlyList<string> Missing => _missing;

    /// <summary>Begins to watch the server's port.</summary>
    public static async Task<Tracers> StartAsync(int port, NetworkNamespace? inside)
    {
        var tracers = new Tracers(port);
        tracers.StartTrace();
        await tracers.StartCaptureAsync(inside);
        tracers._clockOffset = ClockOffset.Read();
        return tracers;
    }

    /// <summary>Waits at most a second for the handshake of a port of the client.</summary>
    /// <param name="clientPort">The port; 0 for any.</param>
    /// <returns>Its segments so far; null if none was captured.</returns>
    public async Task<Handshake?> HandshakeOfAsync(int clientPort)
    {
        IReadOnlyList<Segment> captured = _capture is null ? []
            : await _capture.WaitForAsync(segments => Times(segments, "SYN").Any(), HandshakeLimit);
        return Times(captured, "SYN").ToArray() is [var syn, ..]
            ? new Handshake(syn, [.. Times(captured, "SYN ACK")])
            : null;

        IEnumerable<long> Times(IReadOnlyList<Segment> segments, string flags) =>
            segments.Where(s => s.Flags == flags && (clientPort == 0 || clientPort == s.FromPort
                || clientPort == s.ToPort)).Select(s => _clockOffset.ToMonotonic(s.Time));
    }

    /// <summary>Waits until the kernel has released the connection, and returns what was observed.</summary>
    /// <param name="events">The consoles' events.</param>
    /// <param name="loss">The segment that is dropped on purpose.</param>
    /// <param name="stop">Ends the waiting.</param>
    public async Task<ObservedRun> FinishAsync(IReadOnlyCollection<LogEvent> events, DropOption? loss,
        CancellationToken stop)
    {
        // A refused client never learns its own port.
        int clientPort = events.Where(e => e.Get<string>("Side") == "client").Select(e => e.Get<int>("Connection"))
            .LastOrDefault(p => p != 0);
        for (long end = Clock.Deadline(SettleLimit); ;)
        {
            if (_capture is { HasEnded: true }) await LoseCaptureAsync();
            IReadOnlyList<Segment>? captured = _capture is null ? null : await _capture.WaitForAsync(_ => false, Poll);
            if (captured is null) await Task.Delay(Poll, CancellationToken.None);
            if (clientPort == 0 && captured is [{ } syn, ..]) clientPort = syn.FromPort;
            IReadOnlyList<SegmentEvent>? segments = captured is null
                ? null
                : await SegmentEventsAsync(captured, clientPort, loss);
            IReadOnlyList<SocketHistory> histories = _trace?.Read() ?? [];
            SocketHistory? client =
                histories.LastOrDefault(h => h.RemotePort == _port && (h.LocalPort == clientPort || clientPort == 0));
            SocketHistory? server = histories.LastOrDefault(h => h.LocalPort == _port && h.RemotePort == clientPort);

            bool over = (segments is null || WireSummary.IsOver(segments))
                && (_trace is null || (IsOver(client) && (server is null || IsOver(server))));
            if (over || stop.IsCancellationRequested || Clock.Now > end)
                return new ObservedRun(clientPort, [.. events], client, server, segments);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _trace?.Dispose();
        if (_capture is not null) await _capture.DisposeAsync();
    }

    private void StartTrace()
    {
        string? why = KernelTrace.Unavailable(AsRoot.Command);
        try
        {
            if (why is null) _trace = KernelTrace.Start(_port);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            why = $"the kernel trace did not start: {e.Message}";
        }

        if (why is not null) _missing.Add($"the states are those that the consoles read; {why}");
    }

    private async Task LoseCaptureAsync()
    {
        await _capture!.DisposeAsync();
        _capture = null;
        _missing.Add("no segments; the packet capture ended during the run");
    }

    // tshark's right to capture is not checked in advance, because Wireshark's programs can have it when this program
    // does not.
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

    // The port may also carry the traffic of other connections.
    private async Task<IReadOnlyList<SegmentEvent>> SegmentEventsAsync(IReadOnlyList<Segment> captured, int clientPort,
        DropOption? loss)
    {
        var ours = new List<SegmentEvent>();
        foreach (Segment segment in captured.Where(s => (s.FromPort == clientPort && s.ToPort == _port)
            || (s.FromPort == _port && s.ToPort == clientPort)))
        {
            var entry = new SegmentEvent(_clockOffset.ToMonotonic(segment.Time),
                segment.FromPort == clientPort ? Side.Client : Side.Server, segment, IsLost: false);

            // Wireshark classifies a retransmission after a gap as a segment out of order.
            bool again = entry.End > segment.Sequence
                && ours.Any(m => m.Side == entry.Side && m.Segment.Sequence == segment.Sequence && m.End == entry.End);
            ours.Add(again ? entry with { Segment = segment with { IsRetransmission = true } } : entry);
        }

        return loss is null ? ours : await loss.MarkAsync(ours);
    }
}
