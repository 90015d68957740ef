using System.Globalization;
using System.Net.NetworkInformation;
using Serilog.Events;
using Serilog.Parsing;
using SideBySide.Summary;
using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Events;
using TcpClose.Kernel;
using TcpClose.Scenarios;

namespace TcpDemo.Tests.SideBySide.Summary;

/// <summary>
/// A run written by hand, one line for each event: <c>50 client call FinQueued FIN-WAIT-1 Bytes=13</c>,
/// <c>52 client wire FIN,ACK 14 1 0 lost</c> (sequence number, acknowledgement, length), <c>51 client trace
/// FIN-WAIT-1</c>. Times are in milliseconds. An underscore in a value represents a space.
/// </summary>
internal static class HandMadeRun
{
    public const int ClientPort = 50000, ServerPort = 8888;

    /// <summary>Returns the summary of a run. Checks that its lines fit 100 columns.</summary>
    public static IReadOnlyList<string> Summary(string scenario, IEnumerable<string> lines, bool heldFins = false)
    {
        IReadOnlyList<string> summary = RunSummary.Of(ScenarioTable.Find(scenario), Read(lines), heldFins);
        Assert.InRange(summary.Count, 0, 3);
        Assert.All(summary, l => Assert.InRange(l.Length, 20, 98));
        return summary;
    }

    /// <summary>Parses a run.</summary>
    public static ObservedRun Read(IEnumerable<string> lines)
    {
        string[][] all = [.. lines.Select(l => l.Split(' '))];
        SegmentEvent[] segments = [.. all.Where(w => w[2] == "wire").Select(Segment)];
        return new ObservedRun(ClientPort, [.. all.Where(w => w[2] == "call").Select(Event)],
            Trace(all, Side.Client, TcpState.Closed), Trace(all, Side.Server, TcpState.Listen),
            segments.Length > 0 ? segments : null);
    }

    /// <summary>Parses the two connections of a run through a relay.</summary>
    public static RelayedRun Through(IEnumerable<string> toRelay, IEnumerable<string> toServer) =>
        new(Read(toRelay) with { Leg = Leg.ClientToRelay }, Read(toServer) with { Leg = Leg.RelayToServer });

    /// <summary>Returns the run without its capture and its trace.</summary>
    public static IEnumerable<string> WithoutCapture(IEnumerable<string> lines) =>
        lines.Where(l => l.Split(' ')[2] == "call");

    private static LogEvent Event(string[] words)
    {
        long at = At(words);
        var properties = new Dictionary<string, object?>
        {
            ["Side"] = words[1],
            ["Connection"] = ClientPort,
            ["Remote"] = words[1] == "client" ? $"127.0.0.1:{ServerPort}" : $"127.0.0.1:{ClientPort}",
            ["CalledAt"] = at,
            ["ReturnedAt"] = at,
            ["StateAt"] = at,
            [words[3] is "Note" or "Result" ? "Kind" : "Phase"] = words[3],
        };
        if (words[4] != "-") properties["State"] = words[4];
        foreach (string[] pair in words.Skip(5).Select(w => w.Split('=', 2)))
            properties[pair[0]] = long.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out long n)
                ? n
                : pair[1].Replace('_', ' ');
        return new LogEvent(DateTimeOffset.UnixEpoch, LogEventLevel.Information, null,
            new MessageTemplateParser().Parse(words[3] != "Aborted" ? ""
                : words.Contains("TimedOut=1") ? "timed out: {Cause:l}" : "abort (RST): {Cause:l}"),
            properties.Select(p => new LogEventProperty(p.Key, new ScalarValue(p.Value))));
    }

    private static SegmentEvent Segment(string[] words)
    {
        int[] numbers = [.. words.Skip(4).Take(3).Select(w => int.Parse(w, CultureInfo.InvariantCulture))];
        (int from, int to) = SideOf(words) == Side.Client ? (ClientPort, ServerPort) : (ServerPort, ClientPort);
        return new SegmentEvent(At(words), SideOf(words), new Segment(0, from, to, words[3].Replace(',', ' '),
            numbers[2], numbers[0], numbers[1], words.Contains("again")), words.Contains("lost"));
    }

    private static SocketHistory? Trace(string[][] all, Side side, TcpState first)
    {
        var history = new SocketHistory();
        TcpState last = first;
        foreach (string[] words in all.Where(w => w[2] == "trace" && SideOf(w) == side))
        {
            TcpState next = StateNames.Parse(words[3])!.Value;
            history.Add(new Transition(At(words), last, next), 0, 0);
            last = next;
        }

        return history.Transitions.Count > 0 ? history : null;
    }

    private static long At(string[] words) =>
        (long)(double.Parse(words[0], CultureInfo.InvariantCulture) * 1_000_000);

    private static Side SideOf(string[] words) => words[1] == "client" ? Side.Client : Side.Server;
}
