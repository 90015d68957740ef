using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SideBySide.Drawing;
using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Events;
using TcpClose.Scenarios;

namespace TcpDemo.Tests.Infrastructure.Observing;

/// <summary>A parsed picture: the states of each side and the segments, from top to bottom.</summary>
public sealed partial record ParsedLadder(IReadOnlyList<string> Client, IReadOnlyList<string> Server,
    IReadOnlyList<SegmentEvent> Segments)
{
    private const int ClientPort = 1, ServerPort = 2;

    /// <summary>The segments as text: side, flags, numbers, length.</summary>
    public IEnumerable<string> Labels => Segments.Select(s => $"{s.Side} {LadderText.Label(s)}");

    /// <summary>The wire summary, in the format of the scenario table.</summary>
    public IReadOnlyList<string> Wire => WireSummary.Of(Segments, ClientPort);

    /// <summary>The forms of a scenario that the picture shows.</summary>
    public IEnumerable<CloseSequence> FormsOf(Scenario scenario) => scenario.Alternatives.Where(f =>
        f.Wire.SequenceEqual(Wire) && f.ClientStates == string.Join(" → ", Client)
        && f.ServerStates == string.Join(" → ", Server));

    /// <summary>Parses the picture in the output of SideBySide.</summary>
    public static ParsedLadder FromOutput(string output) => FromText(output.ReplaceLineEndings("\n").Split("\n\n")[1]);

    /// <summary>Parses a text picture.</summary>
    public static ParsedLadder FromText(string picture)
    {
        const int ClientAt = 7, ArrowAt = 35, ServerAt = 88;
        string[] lines = [.. Rows(picture)];
        IReadOnlyList<string> Column(int from, int length) =>
            [.. lines.Where(l => l.Length > from)
                .Select(l => l.Substring(from, Math.Min(length, l.Length - from)).Trim()).Where(c => c != "")];
        return new ParsedLadder(Column(ClientAt, 12), Column(ServerAt, 12),
            [.. Column(ArrowAt, 37).Select(a => Segment(a.Trim('─', '╌', '▶', '◀', '✗', ' '),
                fromClient: a[^1] is '▶' or '✗', again: a.Contains('╌'), lost: a.Contains('✗')))]);
    }

    /// <summary>The calls in a text picture, from top to bottom; within a row, the sender's call first.</summary>
    public static IEnumerable<string> Calls(string picture)
    {
        const int ClientAt = 20, ServerAt = 73, Width = 14;
        foreach (string line in Rows(picture).Select(l => l.PadRight(ServerAt + Width)))
        {
            string[] calls = [$"client {line.Substring(ClientAt, Width).Trim()}",
                $"server {line.Substring(ServerAt, Width).Trim()}"];
            if (line.Contains('◀')) Array.Reverse(calls);
            foreach (string call in calls.Where(c => !c.EndsWith(' '))) yield return call;
        }
    }

    // The lines without the heading and the reasons for a RST.
    private static IEnumerable<string> Rows(string picture) =>
        picture.Split('\n').Skip(1).Where(l => !l.TrimStart().StartsWith("RST: ", StringComparison.Ordinal));

    /// <summary>Parses an SVG picture, in which every state and segment is a group with its kind and side.</summary>
    public static ParsedLadder FromSvg(string file)
    {
        (string[] Kinds, XElement Group)[] groups = [.. XDocument.Load(file).Descendants()
            .Where(e => e.Name.LocalName == "g")
            .Select(g => (((string?)g.Attribute("class") ?? "").Split(' '), g))];
        IReadOnlyList<string> States(string side) =>
            [.. groups.Where(g => g.Kinds.Contains("pill") && g.Kinds.Contains(side)).Select(g => g.Group.Value)];
        return new ParsedLadder(States("client"), States("server"),
            [.. groups.Where(g => g.Kinds.Contains("segment"))
                .Select(g => Segment(g.Group.Value, g.Kinds.Contains("client"), g.Kinds.Contains("again"),
                    g.Kinds.Contains("lost")))]);
    }

    // "4 PSH ACK seq 1 ack 1 len 13"; without enough room, "10 PSH ACK 16385:32769 ack 43".
    private static SegmentEvent Segment(string label, bool fromClient, bool again, bool lost)
    {
        Match match = Label().Match(label);
        Assert.True(match.Success, label);
        long Number(string group) =>
            match.Groups[group] is { Success: true } found ? long.Parse(found.Value, CultureInfo.InvariantCulture) : 0;
        int length = (int)(match.Groups["end"].Success ? Number("end") - Number("seq") : Number("len"));
        (int from, int to) = fromClient ? (ClientPort, ServerPort) : (ServerPort, ClientPort);
        return new SegmentEvent(0, fromClient ? Side.Client : Side.Server,
            new Segment(0, from, to, match.Groups["flags"].Value, length, Number("seq"), Number("ack"), again), lost);
    }

    [GeneratedRegex(
        @"^\d+ +(?<flags>[A-Z ]+?) (seq )?(?<seq>\d+)(:(?<end>\d+))?( ack (?<ack>\d+))?( len (?<len>\d+))?(, \w+)*$")]
    private static partial Regex Label();
}
