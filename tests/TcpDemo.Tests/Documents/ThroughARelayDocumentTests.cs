using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using EchoServer;
using PathCheck.Faults;

namespace TcpDemo.Tests.Documents;

/// <summary>docs/through-a-relay.md explains every fault and shows the relay's events.</summary>
[Trait("Tier", "Long")]
public sealed partial class ThroughARelayDocumentTests
{
    private static readonly DocumentText Page = new("docs/through-a-relay.md");

    [Fact]
    public void EveryFaultOfTheRelayIsExplained()
    {
        string section = Page.Between("\n## A relay that misbehaves on demand\n", "\n## ");
        Assert.Equal(FaultTable.All.Select(row => row.Syntax),
            FaultRow().Matches(section).Select(row => row.Groups[1].Value));
    }

    [Fact]
    public async Task TheRelaysTranscriptHasTheEventsOfARun()
    {
        string transcript = Page.Between("<!-- relay: transcript -->\n```text\n", "```");
        await using RunningServer server = await RunningServer.StartAsync(new ServerOptions());
        await using var relay = new FaultyRelay(server.EndPoint, "cut-after:100ms");
        using Socket client = await Pair.ConnectAsync(new IPEndPoint(IPAddress.Loopback, relay.Port));
        await client.SendAsync("hello service");
        client.Shutdown(SocketShutdown.Send);
        await client.ReadToEndAsync();
        string[] expected = [.. transcript.TrimEnd().Split('\n').Select(line =>
            Ports().Replace(EventText().Match(line).Value, "PORT"))];
        Assert.All(expected, Assert.NotEmpty);
        await Eventually.BecomesTrueAsync(() => relay.Noted().Count >= expected.Length + 1);
        Assert.Equal(
            expected, relay.Noted().Skip(1).Take(expected.Length).Select(text => Ports().Replace(text, "PORT")));
    }

    [GeneratedRegex(@"^\| `([a-z-]+(?::[TN])?)` \| ", RegexOptions.Multiline)]
    private static partial Regex FaultRow();

    [GeneratedRegex(@"(Accept:|about to|Connect:|Receive:|Receive returned|Send:|Shutdown|Close:|fault:).*")]
    private static partial Regex EventText();

    [GeneratedRegex(@"(?<=127\.0\.0\.1:)\d+")]
    private static partial Regex Ports();
}
