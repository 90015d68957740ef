namespace TcpDemo.Tests.TcpClose.Cli;

/// <summary>A misspelt option, command or value is reported in one sentence, which suggests the right word.</summary>
public sealed class MisspeltWordTests
{
    [Theory]
    [InlineData("EchoClient", "--scenrio late-data", "unknown option --scenrio: did you mean --scenario?")]
    [InlineData("EchoClient", "--scenrio late-data --port x", "unknown option --scenrio: did you mean --scenario?")]
    [InlineData("EchoClient", "--hlod=2s", "unknown option --hlod=2s: did you mean --hold?")]
    [InlineData("EchoClient", "-port 9", "unknown option -port: did you mean --port?")]
    [InlineData("EchoClient", "scenario idle", "unknown argument scenario: did you mean --scenario?")]
    [InlineData("EchoClient", "--hepl", "unknown option --hepl: did you mean --help?")]
    [InlineData("EchoClient", "--watch", "unknown option --watch: did you mean --watch-time-wait?")]
    [InlineData("EchoServer", "--prot", "unknown option --prot: did you mean --port?")]
    [InlineData("EchoServer", "--log-levl debug", "unknown option --log-levl: did you mean --log-level?")]
    [InlineData("SideBySide", "--captrue a.pcapng", "unknown option --captrue: did you mean --capture?")]
    [InlineData("PathCheck", "srve", "unknown command srve: did you mean serve?")]
    [InlineData("PathCheck", "serve --prot 9", "unknown option --prot: did you mean --port?")]
    [InlineData("PathCheck", "run --hodl 1s 127.0.0.1:9", "unknown option --hodl: did you mean --hold?")]
    public Task AnOptionOrACommandIsSuggested(string program, string arguments, string sentence) =>
        IsOneSentenceAsync(program, arguments, sentence);

    [Theory]
    [InlineData(
        "EchoClient", "--scenario half-closed", "--scenario \"half-closed\" is unknown: did you mean half-close?")]
    [InlineData("EchoClient", "--scenario Idle", "--scenario \"Idle\" is unknown: did you mean idle?")]
    [InlineData("EchoClient", "--scenario server",
        "--scenario \"server\" is unknown: did you mean server-abort or server-first?")]
    [InlineData("EchoServer", "--log jsno", "--log \"jsno\" is unknown: did you mean json?")]
    [InlineData("EchoServer", "--log-level warn", "--log-level \"warn\" is unknown: did you mean warning?")]
    [InlineData("SideBySide", "--scenario late", "--scenario \"late\" is unknown: did you mean late-data?")]
    [InlineData("SideBySide", "--lose lst-ack:2",
        "--lose \"lst-ack:2\" is not a segment to drop: did you mean last-ack?")]
    public Task AValueIsSuggested(string program, string arguments, string sentence) =>
        IsOneSentenceAsync(program, arguments, sentence);

    [Theory]
    [InlineData("EchoClient", "--nonsense", "unknown option --nonsense.")]
    [InlineData("EchoClient", "-- --port", "unknown option --port.")]
    [InlineData("EchoClient", "--x\u001b[31m", "unknown option --x\\x1b[31m.")]
    [InlineData("PathCheck", "walk", "unknown command walk.")]
    [InlineData("EchoServer", "--log xml", "--log \"xml\" is unknown: use text or json.")]
    public Task WithoutAnythingSimilarNothingIsSuggested(string program, string arguments, string sentence) =>
        IsOneSentenceAsync(program, arguments, sentence);

    private static async Task IsOneSentenceAsync(string program, string arguments, string sentence)
    {
        Programs.Result result = await Programs.RunAsync(Programs.Ours(program), arguments.Split(' '));
        Assert.Equal($"{program}: {sentence} See --help.", result.Errors.TrimEnd());
        Assert.Equal(("", 1), (result.Output, result.ExitCode));
    }
}
