using SideBySide.Timeline;
using SideBySide.Tracing;
using TcpClose.Scenarios;

namespace TcpDemo.Tests.SideBySide.Timeline;

/// <summary>The summary of a close is right even if segments are merged, repeated or crossed.</summary>
public sealed class WireSummaryTests
{
    private const int Low = 8888, High = 50123;

    private static readonly string[] Handshake = ["client SYN 0 0 0", "server SYN,ACK 0 0 1", "client ACK 0 1 1"];

    // Each segment after the handshake: side, flags, length, sequence number, acknowledgement. "again" marks a
    // retransmission.
    public static readonly TheoryData<string, string[], string[]> Closes = new()
    {
        {
            "four segments",
            ["client FIN,ACK 0 1 1", "server ACK 0 1 2", "server FIN,ACK 0 1 2", "client ACK 0 2 2"],
            ["client FIN", "server ACK", "server FIN", "client ACK"]
        },
        {
            "three segments: FIN and ACK merged",
            ["client FIN,ACK 0 1 1", "server FIN,ACK 0 1 2", "client ACK 0 2 2"],
            ["client FIN", "server FIN", "client ACK"]
        },
        {
            "the ACK rides on data, and the ACK of that data is none of the close",
            ["client FIN,ACK 0 1 1", "server PSH,ACK 13 1 2", "client ACK 0 2 14", "server FIN,ACK 0 14 2",
                "client ACK 0 2 15"],
            ["client FIN", "server data", "server FIN", "client ACK"]
        },
        {
            "the ACK first, then data",
            ["client FIN,ACK 0 1 1", "server ACK 0 1 2", "server PSH,ACK 13 1 2", "client ACK 0 2 14",
                "server FIN,ACK 0 14 2", "client ACK 0 2 15"],
            ["client FIN", "server ACK", "server data", "server FIN", "client ACK"]
        },
        {
            "an ACK of the data before the FIN is no ACK of the FIN",
            ["client PSH,ACK 13 1 1", "client FIN,ACK 0 14 1", "server ACK 0 1 14", "server PSH,ACK 13 1 15",
                "server FIN,ACK 0 14 15", "client ACK 0 15 15"],
            ["client data", "client FIN", "server data", "server FIN", "client ACK"]
        },
        {
            "the client's FIN carries data",
            ["client FIN,PSH,ACK 13 1 1", "server ACK 0 1 15", "server FIN,ACK 0 1 15", "client ACK 0 15 2"],
            ["client data", "client FIN", "server ACK", "server FIN", "client ACK"]
        },
        {
            "the server's FIN carries data and the ACK: two segments and one ACK",
            ["client FIN,ACK 0 1 1", "server FIN,PSH,ACK 13 1 2", "client ACK 0 2 15"],
            ["client FIN", "server data", "server FIN", "client ACK"]
        },
        {
            "a FIN that was lost and is sent again is one FIN",
            ["client FIN,ACK 0 1 1", "again client FIN,ACK 0 1 1", "server ACK 0 1 2", "server FIN,ACK 0 1 2",
                "client ACK 0 2 2"],
            ["client FIN", "server ACK", "server FIN", "client ACK"]
        },
        {
            "the last ACK was lost: the FIN and its ACK come again and count once",
            ["client FIN,ACK 0 1 1", "server FIN,ACK 0 1 2", "client ACK 0 2 2", "again server FIN,ACK 0 1 2",
                "client ACK 0 2 2"],
            ["client FIN", "server FIN", "client ACK"]
        },
        {
            "the server closes first",
            ["server FIN,ACK 0 1 1", "client ACK 0 1 2", "client PSH,ACK 13 1 2", "server ACK 0 2 14",
                "client FIN,ACK 0 14 2", "server ACK 0 2 15"],
            ["server FIN", "client ACK", "client data", "client FIN", "server ACK"]
        },
        {
            "both FINs cross: neither acknowledges the other, and each has an ACK of its own",
            ["client FIN,ACK 0 1 1", "server FIN,ACK 0 1 1", "client ACK 0 2 2", "server ACK 0 2 2"],
            ["client FIN", "server FIN", "client ACK", "server ACK"]
        },
        {
            "a RST after the FIN",
            ["client FIN,ACK 0 1 1", "server ACK 0 1 2", "server PSH,ACK 13 1 2", "client RST 0 2 0"],
            ["client FIN", "server ACK", "server data", "client RST"]
        },
        {
            "a RST on the heels of the FIN",
            ["client FIN,ACK 0 1 1", "client RST,ACK 0 2 1"],
            ["client FIN", "client RST"]
        },
        {
            "a RST that acknowledges the FIN is a RST",
            ["client FIN,ACK 0 1 1", "server RST,ACK 0 1 2"],
            ["client FIN", "server RST"]
        },
        {
            "a RST in place of a FIN",
            ["client PSH,ACK 13 1 1", "server ACK 0 1 14", "server RST,ACK 0 1 14"],
            ["client data", "server RST"]
        },
        {
            "data in many segments is one entry for each direction in a row",
            ["client ACK 9 1 1", "client PSH,ACK 9 10 1", "server PSH,ACK 9 1 19", "client PSH,ACK 9 19 10",
                "client ACK 0 28 10"],
            ["client data", "server data", "client data"]
        },
    };

    [Theory]
    [MemberData(nameof(Closes))]
    public void TheSummaryIsTheSameWhicheverPortIsLower(string close, string[] wire, string[] summary)
    {
        foreach ((int client, int server) in ((int, int)[])[(High, Low), (Low, High)])
        {
            IEnumerable<Segment> all = Handshake.Concat(wire).Select(line => Read(line, client, server));
            Assert.Equal([close, .. summary], [close, .. WireSummary.Of(all, client)]);
        }
    }

    [Fact]
    public void TheFormsThatTheScenariosPromiseAreCovered()
    {
        string[] Promised(string scenario) => [.. ScenarioTable.Find(scenario).Expected.Wire
            .SkipWhile(step => !step.EndsWith("FIN", StringComparison.Ordinal))];
        IEnumerable<string[]> known = [.. Closes.Select(row => (string[])row[2])];
        Assert.Contains(Promised("three-segments"), known);
        Assert.Contains(Promised("half-close"), known);
        Assert.Contains(Promised("late-data"), known);
        Assert.Contains(Promised("server-first"), known);
        Assert.Contains(Promised("full-close"), known);
    }

    private static Segment Read(string line, int client, int server)
    {
        bool again = line.StartsWith("again ", StringComparison.Ordinal);
        string[] words = line[(again ? 6 : 0)..].Split(' ');
        (int from, int to) = words[0] == "client" ? (client, server) : (server, client);
        long[] numbers = [.. words[2..]
            .Select(word => long.Parse(word, System.Globalization.CultureInfo.InvariantCulture))];
        return new Segment(0, from, to, words[1].Replace(',', ' '), (int)numbers[0], numbers[1], numbers[2], again);
    }
}
