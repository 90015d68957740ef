using TcpClose.Scenarios;

namespace TcpDemo.Tests.SideBySide.Summary;

/// <summary>The output of a run without a relay ends with three lines that describe what happened.</summary>
[Trait("Tier", "Long")]
public sealed class SummaryOfRealRunsTests
{
    private const string Heading = "\n\nWhat you have just seen:\n";

    // Each scenario with a pattern for each line. Some races have two legal outcomes.
    public static readonly TheoryData<string, string, string, string> Scenarios = new()
    {
        { "half-close", "^The client ended first", "still received 13 bytes", @"client's port \d+ .* for 60 s" },
        { "late-data", "^The client ended first", "still received 65536 bytes", @"client's port \d+ .*TIME-WAIT" },
        { "three-segments", "^The client ended first", "one segment carried|four segments", "client's .*TIME-WAIT" },
        { "server-first", "^The server ended first", "still received 13 bytes", @"server's port \d+ .*TIME-WAIT" },
        { "simultaneous", "^SideBySide held both FINs", "CLOSING", @"both ports are in TIME-WAIT: .*\d+, .*\d+" },
        { "full-close", "^The client called Close", "server still sent 13 bytes", "no TIME-WAIT" },
        { "unread-data", "server called Close with 13 bytes unread", "13 bytes of the reply", "neither side is" },
        { "idle", @"^Neither side sent a byte for 2\.\d\d s", "gave up .* a RST .*: client silent", "neither side is" },
        { "client-abort", "^The client aborted", "^The server's Receive failed", "neither side is in TIME-WAIT" },
        { "server-abort", "^The server aborted", "^The client's Receive failed", "neither side is in TIME-WAIT" },
        { "refused", @"^Nothing listens on port \d+", "the kernel itself", "no TIME-WAIT" },
        { "frames", "sent 4 messages.* 20042 bytes", @"echo in \d+ pieces?\.", "client ended first.* TIME-WAIT" },
        { "http", @"^The server ended first: .*\d+ bytes", "^The client|^Half", @"server's port \d+ .*TIME-WAIT" },
    };

    [ConditionalTheory(Needs.KernelTrace | Needs.PacketCapture | Needs.NetworkNamespace, "tc", "ip", "bash")]
    [MemberData(nameof(Scenarios))]
    public async Task TheThreeLinesContainTheFactsOfTheScenario(
        string name, string first, string second, string third) =>
        await AssertSummaryAsync(["--port", "0", "--scenario", name], [first, second, third]);

    [Fact]
    public void EveryScenarioIsCovered() =>
        Assert.Equal(ScenarioTable.All.Select(s => s.Name), Scenarios.Select(s => (string)s[0]));

    [ConditionalTheory(Needs.KernelTrace | Needs.PacketCapture | Needs.NetworkNamespace, FaultLab.Nft)]
    [InlineData("syn", "^The client's SYN was lost once", @"again after 1\.\d\d s", "Connect takes longer")]
    [InlineData("syn-ack", "^The server's SYN ACK was lost once", "again", "Connect takes longer")]
    [InlineData("ack", "^Segment 3, .* was lost once", "Nothing had to be|its SYN ACK again", "that ACK|lost ACK")]
    [InlineData("data", "^The client's data .13 bytes. was lost once", "client's kernel sent it again", "")]
    [InlineData("server-data", "^The server's data .13 bytes. was lost once", "server's kernel sent it again", "")]
    [InlineData("fin:2", "^The client's FIN was lost twice", @"client's kernel sent it again after .* and ", "FIN")]
    [InlineData("server-fin", "^The server's FIN was lost once", "server's kernel sent it again after", "FIN")]
    [InlineData("last-ack:2", "client's last ACK was lost twice", "in LAST-ACK, .* and ", "TIME-WAIT did its job")]
    public async Task ALossIsReportedWithItsRepetitions(string segment, string first, string second, string third) =>
        await AssertSummaryAsync(["--port", "0", "--lose", segment], [first, second, third]);

    private static async Task AssertSummaryAsync(string[] arguments, string[] patterns)
    {
        Programs.Result run = await Programs.RunAsync(Programs.Ours("SideBySide"), arguments);
        Assert.Equal(("", 0), (run.Errors, run.ExitCode));
        string output = run.Output.ReplaceLineEndings("\n");
        Assert.Contains(Heading, output, StringComparison.Ordinal);
        string[] lines = [.. output.Split(Heading)[1].TrimEnd().Replace("\n  ", " ").Split('\n')
            .Select(l => l[2..])];
        Assert.Equal(3, lines.Length);
        foreach ((string line, string pattern) in lines.Zip(patterns)) Assert.Matches(pattern, line);
    }
}
