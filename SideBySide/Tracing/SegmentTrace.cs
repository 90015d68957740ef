using System.Globalization;
using System.Text.RegularExpressions;

namespace SideBySide.Tracing;

/// <summary>
/// Linux: records RSTs and retransmissions with the trace events <c>tcp:tcp_send_reset</c>,
/// <c>tcp:tcp_receive_reset</c> and <c>tcp:tcp_retransmit_skb</c>. Linux reports the reason of each RST since 6.12. The
/// trace covers all network namespaces and needs root.
/// </summary>
public sealed partial class SegmentTrace : IDisposable
{
    private static readonly string[] Events = ["tcp/tcp_send_reset", "tcp/tcp_receive_reset", "tcp/tcp_retransmit_skb"];

    private readonly TraceInstance _instance;
    private readonly int _port;

    private SegmentTrace(TraceInstance instance, int port)
    {
        _instance = instance;
        _port = port;
    }

    /// <summary>Begins to trace. An event that this kernel does not have is never reported.</summary>
    /// <param name="port">The port, at either end, of the segments to report.</param>
    /// <exception cref="IOException">The kernel does not allow it.</exception>
    /// <exception cref="UnauthorizedAccessException">The kernel does not allow it.</exception>
    public static SegmentTrace Start(int port)
    {
        var instance = new TraceInstance();
        try
        {
            foreach (string name in Events.Where(TraceInstance.HasEvent)) instance.Write($"events/{name}/enable", "1");
            return new SegmentTrace(instance, port);
        }
        catch
        {
            instance.Dispose();
            throw;
        }
    }

    /// <summary>The events so far, in order.</summary>
    public IReadOnlyList<KernelSegment> Read() =>
    [
        .. _instance.Lines.Select(Parse).OfType<KernelSegment>().Where(s => s.FromPort == _port || s.ToPort == _port),
    ];

    /// <summary>Stops tracing.</summary>
    public void Dispose() => _instance.Dispose();

    /// <summary>Parses a line of the trace; null for any other event.</summary>
    internal static KernelSegment? Parse(string line)
    {
        if (SentReset().Match(line) is { Success: true } sent)
            return Segment(sent, KernelSegmentEvent.ResetSent) with { Reason = sent.Groups["reason"].Value };
        if (ReceivedReset().Match(line) is { Success: true } received)
            return Segment(received, KernelSegmentEvent.ResetReceived);
        return Retransmission().Match(line) is { Success: true } again
            ? Segment(again, KernelSegmentEvent.Retransmitted)
            : null;
    }

    private static KernelSegment Segment(Match match, KernelSegmentEvent kind) =>
        new((long)(decimal.Parse(match.Groups["time"].Value, CultureInfo.InvariantCulture) * 1_000_000_000m), kind,
            int.Parse(match.Groups["from"].Value, CultureInfo.InvariantCulture),
            int.Parse(match.Groups["to"].Value, CultureInfo.InvariantCulture));

    // "EchoServer-1234 [001] ...1. 638.958270: tcp_send_reset: skbaddr=00… skaddr=00… src=127.0.0.1:8888
    // dest=127.0.0.1:40000 state=TCP_CLOSE reason=TCP_ABORT_ON_CLOSE"
    [GeneratedRegex(@"(?<time>\d+\.\d+): tcp_send_reset: .*\bsrc=\S+:(?<from>\d+) dest=\S+:(?<to>\d+) "
        + @".*\breason=(?<reason>\w+)")]
    private static partial Regex SentReset();

    // "… 638.958260: tcp_receive_reset: family=AF_INET sport=40000 dport=8888 saddr=127.0.0.1 …", with the ports of the
    // socket that received it.
    [GeneratedRegex(@"(?<time>\d+\.\d+): tcp_receive_reset: .*\bsport=(?<to>\d+) dport=(?<from>\d+)")]
    private static partial Regex ReceivedReset();

    // "… 638.958260: tcp_retransmit_skb: skbaddr=00… family=AF_INET sport=8888 dport=40000 … state=TCP_LAST_ACK err=0"
    [GeneratedRegex(@"(?<time>\d+\.\d+): tcp_retransmit_skb: .*\bsport=(?<from>\d+) dport=(?<to>\d+)")]
    private static partial Regex Retransmission();
}
