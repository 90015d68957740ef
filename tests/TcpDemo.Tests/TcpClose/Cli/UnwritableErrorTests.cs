namespace TcpDemo.Tests.TcpClose.Cli;

/// <summary>A program that cannot report its error still returns the exit code of the error.</summary>
[Trait("Tier", "Long")]
public sealed class UnwritableErrorTests
{
    public static readonly TheoryData<string, string, string> Runs = new()
    {
        { "EchoServer", "--host 192.0.2.1", "--prot" },
        { "EchoClient", "--port 1", "--prot" },
        { "SideBySide", "--scenario refused --port 1 --svg /dev/null", "--prot" },
        { "Load", "--port 1", "--prot" },
        { "PathCheck", "run 127.0.0.1:1", "--prot" },
    };

    [ConditionalTheory(Needs.Linux, "bash")]
    [MemberData(nameof(Runs))]
    public async Task AnErrorThatCannotBeWrittenStillExitsWith1(string program, string failing, string badOption)
    {
        foreach (string streams in (string[])["2>/dev/full", "2>&-", ">/dev/full 2>/dev/full", ">&- 2>&-",
            "<&- >&- 2>&-"])
            foreach (string arguments in (string[])[failing, badOption])
                Assert.Equal((arguments, streams, 1),
                    (arguments, streams, (await RunAsync(program, arguments, streams)).ExitCode));
    }

    [ConditionalTheory(Needs.Linux, "bash")]
    [MemberData(nameof(Runs))]
    public async Task HelpThatCannotBeWrittenExitsWith1(string program, string failing, string badOption)
    {
        _ = (failing, badOption);
        foreach (string streams in (string[])[">/dev/full", ">/dev/full 2>/dev/full"])
            Assert.Equal((streams, 1), (streams, (await RunAsync(program, "--help", streams)).ExitCode));
    }

    [ConditionalTheory(Needs.Linux, "bash")]
    [InlineData("EchoServer")]
    [InlineData("EchoClient")]
    [InlineData("SideBySide")]
    [InlineData("Load")]
    [InlineData("PathCheck")]
    public async Task TooFewDescriptorsAreReportedInOneSentence(string program)
    {
        foreach (int limit in (int[])[99, 80, 70, 60, 50, 40])
        {
            string line = $"ulimit -n {limit}; exec '{Programs.Ours(program)}' --port 1";
            Programs.Result run = await Programs.ShellAsync(line);
            Assert.Equal(
                ($"{program}: only {limit} file descriptors are allowed: raise the limit (ulimit -n) to 100 at "
                    + "least.\n", 1), (run.Errors, run.ExitCode));
            Assert.Equal((limit, 1), (limit, (await Programs.ShellAsync($"{line} 2>&-")).ExitCode));
        }
    }

    private static Task<Programs.Result> RunAsync(string program, string arguments, string streams) =>
        Programs.ShellAsync($"exec '{Programs.Ours(program)}' {arguments} {streams}");
}
