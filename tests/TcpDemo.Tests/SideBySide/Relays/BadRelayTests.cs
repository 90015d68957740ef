using System.Diagnostics;
using System.Text.RegularExpressions;
using SideBySide.Running;

namespace TcpDemo.Tests.SideBySide.Relays;

/// <summary>If a relay does not start, one sentence explains this. No relay leaves a process behind.</summary>
[Trait("Tier", "Long")]
public sealed partial class BadRelayTests
{
    private const string Pair = "# {listen} {server}", Mark = "TCPDEMO_TEST_MARK";

    public static readonly TheoryData<string, string> DoNotListen = new()
    {
        { $"true {Pair}", "the relay ended before it listened on 127.0.0.1:PORT: check the command of --through." },
        { $"echo why >&2; exit 3 {Pair}", "the relay ended with exit code 3 before it listened on 127.0.0.1:PORT: "
            + "check the command of --through. Its output: why" },
        { $"sleep 600 {Pair}", "the relay has not listened on 127.0.0.1:PORT within 10 s: "
            + "check the command of --through." },
        { "exec socat TCP-LISTEN:{listen},bind=127.0.0.9,fork TCP:127.0.0.1:{server}",
            "the relay listens on 127.0.0.9:PORT, but the client connects to 127.0.0.1:PORT: "
            + "make it listen on 127.0.0.1." },
    };

    [ConditionalTheory(Needs.Linux, "socat")]
    [MemberData(nameof(DoNotListen))]
    public async Task ARelayThatDoesNotListenIsExplainedInOneSentence(string command, string sentence)
    {
        (Programs.Result run, string mark) = await ThroughAsync(command);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal($"SideBySide: {sentence}", Port().Replace(run.Errors.TrimEnd(), "PORT"));
        Assert.Empty(Marked(mark));
    }

    [ConditionalFact(Needs.Linux, "setsid", "socat")]
    public async Task ARelayThatForksIntoTheBackgroundIsEnded()
    {
        (Programs.Result run, string mark) = await ThroughAsync(
            "setsid socat TCP-LISTEN:{listen},fork TCP:127.0.0.1:{server} & exit");
        Assert.Equal("", run.Errors);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("What the relay did:\n", run.Output, StringComparison.Ordinal);
        Assert.Empty(Marked(mark));
    }

    [ConditionalFact(Needs.Linux, "sh")]
    public async Task ARelayThatIgnoresSigtermIsKilled()
    {
        (Programs.Result run, string mark) = await ThroughAsync($"trap '' TERM; "
            + $"'{Programs.Ours("PathCheck")}' relay --listen {{listen}} --to 127.0.0.1:{{server}}; sleep 600");
        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Empty(Marked(mark));
    }

    [ConditionalFact(Needs.PacketCapture | Needs.NetworkNamespace, "socat", "kill")]
    public async Task ARelayThatDiesInMidRunIsReported()
    {
        // The relay is killed after the client's FIN, before the server answers.
        (Programs.Result run, string mark) = await ThroughAsync(
            "socat TCP-LISTEN:{listen} TCP:127.0.0.1:{server} & relay=$!; "
            + "while [ \"$(ss -Htn state close-wait \"sport = :{server}\" | wc -l)\" = 0 ]; do sleep 0.01; done; "
            + "kill -KILL $relay; exit 7");
        Assert.Equal((2, ""), (run.ExitCode, run.Errors));
        Assert.Contains("The relay ended with exit code 7, before SideBySide stopped it.", run.Output,
            StringComparison.Ordinal);
        Assert.Contains("although the server had not sent its FIN", OneLine(run.Output), StringComparison.Ordinal);
        Assert.Empty(Marked(mark));
    }

    [ConditionalTheory(Needs.Linux, "kill", "socat")]
    [InlineData(9)]
    [InlineData(15)]
    public async Task ASideBySideThatIsStoppedLeavesNoRelayBehind(int signal)
    {
        string mark = Guid.NewGuid().ToString();
        using Process run = ConsoleProcess.StartProgram("env",
        [
            $"{Mark}={mark}", Programs.Ours("SideBySide"), "--port", "0", "--scenario", "idle", "--through",
            "socat TCP-LISTEN:{listen},fork TCP:127.0.0.1:{server}",
        ]);
        await Eventually.BecomesTrueAsync(
            () => run.HasExited || Marked(mark).Count(p => p.StartsWith("socat", StringComparison.Ordinal)) > 1,
            () => string.Join('\n', Marked(mark)));
        if (run.HasExited) Assert.Fail(await run.StandardError.ReadToEndAsync());
        Programs.Signal(run.Id, signal);
        await run.WaitForExitAsync().WithTimeout();
        await Eventually.BecomesTrueAsync(() => Marked(mark).Count == 0, () => string.Join('\n', Marked(mark)));
    }

    [Theory]
    [InlineData("--through", "socat nothing", "it needs {listen} and {server}, which are replaced by ports")]
    [InlineData("--lose", "fin", "--lose does not apply to --through")]
    [InlineData("--scenario", "refused", "--through does not apply to --scenario simultaneous or refused")]
    public async Task AWrongCommandLineIsExplained(string option, string value, string sentence)
    {
        Programs.Result run = await Programs.RunAsync(Programs.Ours("SideBySide"),
            [option, value, .. option == "--through" ? (string[])[] : ["--through", "socat {listen} {server}"]]);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(sentence, run.Errors, StringComparison.Ordinal);
    }

    // Runs SideBySide through a relay. Every process of the run inherits the mark.
    private static async Task<(Programs.Result Run, string Mark)> ThroughAsync(string command)
    {
        string mark = Guid.NewGuid().ToString();
        return (await Programs.RunAsync("env",
            [$"{Mark}={mark}", Programs.Ours("SideBySide"), "--port", "0", "--through", command]), mark);
    }

    // The command lines of the running processes with a mark.
    private static List<string> Marked(string mark) => MarkedProcesses.With(Mark, mark);

    private static string OneLine(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"(?<=127\.0\.0\.\d:)\d+")]
    private static partial Regex Port();
}
