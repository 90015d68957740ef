using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TcpDemo.Tests.Infrastructure.Observing;

/// <summary>A parsed picture of a run through a relay.</summary>
/// <param name="Segments">The segments from top to bottom: number, sender, receiver, flags, length if any.</param>
/// <param name="States">The states of the four sockets: client, relay to client, relay to server, server.</param>
public sealed partial record ParsedRelayPicture(IReadOnlyList<string> Segments, IReadOnlyList<string>[] States)
{
    /// <summary>Parses the picture in the output of SideBySide.</summary>
    public static ParsedRelayPicture FromOutput(string output)
    {
        const int ClientAt = 6, ToRelayAt = 19, RelayAt = 47, ToServerAt = 60, ServerAt = 88;
        string[] lines = output.ReplaceLineEndings("\n").Split("\n\n")[1].Split('\n');
        var segments = new List<string>();
        List<string>[] states = [[], [], [], []];
        foreach (string line in lines.Skip(1).Where(l => !l.Contains("RST: ", StringComparison.Ordinal))
            .Select(l => l.PadRight(ServerAt + 12)))
        {
            (string toRelay, string toServer) = (line[ToRelayAt..(RelayAt - 1)], line[ToServerAt..(ServerAt - 1)]);
            if (Arrow().Match(toRelay) is { Success: true } first) segments.Add(Describe(first, "client", "relay"));
            if (Arrow().Match(toServer) is { Success: true } second) segments.Add(Describe(second, "relay", "server"));
            bool isServers = toRelay.Trim() == "" && line[RelayAt..(ToServerAt - 1)].StartsWith(' ');
            Add(states[0], line[ClientAt..(ToRelayAt - 1)]);
            Add(states[isServers ? 2 : 1], line[RelayAt..(ToServerAt - 1)]);
            Add(states[3], line[ServerAt..]);
        }

        return new ParsedRelayPicture(segments, states);
    }

    /// <summary>Parses an SVG.</summary>
    public static IReadOnlyList<string> SegmentsOfSvg(string file) =>
    [
        .. XDocument.Load(file).Descendants().Where(e => $"{e.Attribute("class")?.Value} "
                .StartsWith("segment ", StringComparison.Ordinal))
            .Select(g => (Sender: g.Attribute("class")!.Value.Split(' ')[1],
                Label: g.Elements().First(e => e.Name.LocalName == "text").Value))
            .Select(s => $"{Number().Match(s.Label).Value} {s.Sender} {Short(s.Label)}"),
    ];

    /// <summary>The segments as <see cref="SegmentsOfSvg"/> returns them.</summary>
    public IEnumerable<string> WithoutReceivers => Segments.Select(s => Receiver().Replace(s, ""));

    private static string Describe(Match arrow, string left, string right) => arrow.Value.StartsWith('◀')
        ? $"{Number().Match(arrow.Value).Value} {right} → {left} {Short(arrow.Value)}"
        : $"{Number().Match(arrow.Value).Value} {left} → {right} {Short(arrow.Value)}";

    // The flags, and the length.
    private static string Short(string label) => string.Join(' ', Words().Matches(label).Select(m => m.Value));

    private static void Add(List<string> states, string text)
    {
        if (text.Trim() != "") states.Add(text.Trim());
    }

    [GeneratedRegex("[─╌]{2} .+▶|◀.+ [─╌]{2}")]
    private static partial Regex Arrow();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();

    [GeneratedRegex(@"SYN|FIN|RST|PSH|ACK|len \d+")]
    private static partial Regex Words();

    [GeneratedRegex(" → [a-z]+")]
    private static partial Regex Receiver();
}
