using EchoClient.Checking;
using Serilog.Events;
using SideBySide.Timeline;
using TcpClose.Scenarios;

namespace TcpDemo.Tests.EchoClient.Checking;

/// <summary>
/// <c>--bytes</c> and <c>--buffer</c>: a payload of any size needs the same memory, and every byte is compared.
/// </summary>
[Trait("Tier", "Long")]
public sealed class GeneratedPayloadTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(65_520)]
    [InlineData(65_521)]
    [InlineData(200_003)]
    public void AWrongByteInAGeneratedPayloadIsFoundAtAnyPosition(int length)
    {
        byte[] received = new byte[length];
        Payload.Generated(length).Fill(received, 0);
        Assert.Null(DescribeMismatch(received));
        foreach (int position in (int[])[0, length / 2, length - 1])
        {
            received[position] ^= 1;
            Assert.StartsWith($"echo altered: byte {position} is ", DescribeMismatch(received),
                StringComparison.Ordinal);
            received[position] ^= 1;
        }
    }

    [Fact]
    public async Task AGeneratedPayloadOf256MiBFitsInAHeapOf32MiB()
    {
        await using ServerConsole server = await ServerConsole.StartAsync(null, "--think", "0",
            "--log-level", "warning");
        string limited =
            $"DOTNET_GCHeapHardLimit=0x2000000 '{Programs.Ours("EchoClient")}' --port {server.Port} --bytes 256MiB";
        Programs.Result client = await Programs.ShellAsync(limited);
        Assert.Equal((0, ""), (client.ExitCode, client.Errors));
        Assert.Contains("closed normally: 268435456 of 268435456 bytes", client.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASmallBufferShowsPartialReads()
    {
        await using ServerConsole server = await ServerConsole.StartAsync(null);
        List<LogEvent> client = await server.RunClientAsync("--bytes", "1000", "--buffer", "128");
        LogEvent all = client.Last(e => e.Get<string>("Phase") == "Received");
        Assert.Equal((1000L, 8), (all.Get<long>("Bytes"), all.Get<int>("Calls")));
    }

    [ConditionalFact(Needs.Linux, "script", "bash")]
    public async Task ATransferOfMoreThanASecondShowsABarOnATerminalAndNoneInAFile()
    {
        await using ServerConsole server = await ServerConsole.StartAsync(null);
        string command = $"'{Programs.Ours("EchoClient")}' --port {server.Port} --scenario late-data --hold 3s";
        Programs.Result terminal =
            await Programs.ShellAsync($"script -qec \"stty cols 100; NO_COLOR=1 {command}\" /dev/null");
        Assert.Contains("received [........................................]   0 % of 64KiB", terminal.Output,
            StringComparison.Ordinal);

        // The bar is cleared before each line, so the lines are the same as in a run without it.
        Programs.Result file = await Programs.ShellAsync(command);
        Assert.DoesNotContain("received [", file.Output, StringComparison.Ordinal);
        Assert.Equal(Phrases(file.Output), Phrases(terminal.Output));
    }

    [ConditionalFact(Needs.Linux, "script", "bash")]
    public async Task TheBarNeverShowsMoreThan100Percent()
    {
        await using ServerConsole server = await ServerConsole.StartAsync(null, "--idle-timeout", "2s");
        foreach (string scenario in (string[])["server-first", "simultaneous", "full-close", "idle"])
        {
            Programs.Result terminal = await Programs.ShellAsync(
                $"script -qec \"stty cols 100; NO_COLOR=1 '{Programs.Ours("EchoClient")}' --port {server.Port} "
                    + $"--scenario {scenario}\" /dev/null");
            int[] shown = [.. System.Text.RegularExpressions.Regex.Matches(terminal.Output, "(\\d+) % of")
                .Select(m => int.Parse(m.Groups[1].Value, null))];
            Assert.All(shown, percent => Assert.InRange(percent, 0, 100));
            if (scenario != "server-first") Assert.Empty(shown);
        }
    }

    private static string? DescribeMismatch(byte[] received)
    {
        var check = new EchoVerifier(new ExpectedReply("echo", Payload.Generated(received.Length)),
            Eventually.Limit, Assert.Fail);
        foreach (byte[] piece in received.Chunk(16_384)) check.Verify(piece);
        return check.DescribeMismatch();
    }

    // The final text of each line on the screen, without time, port and state. Numbers become N.
    private static IEnumerable<string> Phrases(string output) =>
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.TrimEnd('\r').Split('\r')[^1])
            .Select(line => line.IndexOf("client", StringComparison.Ordinal) is var at and >= 0
                ? line[(at + 26)..].Trim()
                : line)
            .Select(line => System.Text.RegularExpressions.Regex.Replace(line, "\\d+", "N"));
}
