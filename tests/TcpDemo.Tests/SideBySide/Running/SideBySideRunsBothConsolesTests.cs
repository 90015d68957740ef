using System.Diagnostics;
using SideBySide.Running;

namespace TcpDemo.Tests.SideBySide.Running;

/// <summary>
/// SideBySide prints the events of both consoles and exits with 0, or with 130 after SIGINT or SIGTERM. It leaves no
/// process behind.
/// </summary>
[Trait("Tier", "Long")]
[Collection(nameof(NonParallel))]
public sealed class SideBySideRunsBothConsolesTests
{
    [Fact]
    public async Task PrintsTheEventsOfBothConsolesAndExitsWith0()
    {
        Programs.Result run = await Programs.RunAsync(Programs.Ours("SideBySide"), ["--port", "0"]);
        Assert.Equal(("", 0), (run.Errors, run.ExitCode));
        // The picture follows after an empty line.
        string[] lines = run.Output.ReplaceLineEndings("\n").Split("\n\n")[0].Split('\n');
        Assert.Equal(9, lines.Count(l => l.Contains(" client ", StringComparison.Ordinal)));
        Assert.Equal(8, lines.Count(l => l.Contains(" server ", StringComparison.Ordinal)));
        Assert.Equal("   ms side   state        phase         what happened", lines[0]);
        Assert.Contains("LISTEN       Listening", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("    0 client CLOSED       Connecting", lines[2], StringComparison.Ordinal);
        // A command that the user may paste is not wrapped.
        Assert.All(run.Lines.Where(l => !l.Contains(" sudo ", StringComparison.Ordinal)),
            l => Assert.InRange(l.Length, 10, 100));
    }

    [ConditionalFact(Needs.Linux, "kill")]
    public async Task KilledWithSigKillItLeavesNoConsoleBehind()
    {
        using Process run = ConsoleProcess.StartProgram(Programs.Ours("SideBySide"),
            ["--port", "0", "--scenario", "idle"]);
        int client = await ChildAsync(run, "EchoClient"), server = await ChildAsync(run, "EchoServer");
        Programs.Signal(run.Id, 9);
        await Eventually.BecomesTrueAsync(() => Name(client) != "EchoClient" && Name(server) != "EchoServer",
            () => "a console is still running");
    }

    [ConditionalFact(Needs.Linux, "kill")]
    public async Task StoppedByASignalItStopsBothConsolesAndExitsWith130()
    {
        foreach (int signal in (int[])[2, 15])
        {
            using Process run = ConsoleProcess.StartProgram(Programs.Ours("SideBySide"),
                ["--port", "0", "--scenario", "idle"]);
            int client = await ChildAsync(run, "EchoClient");
            Programs.Signal(run.Id, signal);
            await run.WaitForExitAsync().WithTimeout();
            Assert.Equal(130, run.ExitCode);
            Assert.False(Directory.Exists($"/proc/{client}"));
        }
    }

    [ConditionalFact(Needs.Linux, "kill", "setsid")]
    public async Task CtrlCOnATerminalReachesAllThreeProgramsAndDoesNoHarm()
    {
        // At Ctrl+C, a terminal sends SIGINT to all three programs. SideBySide then also stops its consoles. The server
        // counts the SIGINT and this stop as one request, so it does not abort the connection. The client aborts it.
        using Process run = ConsoleProcess.StartProgram("setsid",
            [Programs.Ours("SideBySide"), "--port", "0", "--scenario", "idle"]);
        int leader = run.Id;
        int server = await ChildAsync(leader, "EchoServer"), client = await ChildAsync(leader, "EchoClient");
        Task<string> output = run.StandardOutput.ReadToEndAsync();
        Programs.Signal(-leader, 2);
        await run.WaitForExitAsync().WithTimeout();
        Assert.Equal(130, run.ExitCode);
        Assert.False(Name(server) == "EchoServer" || Name(client) == "EchoClient");
        Assert.DoesNotContain((await output).Split('\n'),
            l => l.Contains(" server ", StringComparison.Ordinal) && l.Contains("Aborted", StringComparison.Ordinal));
        Assert.Equal("", await run.StandardError.ReadToEndAsync());
    }

    [ConditionalFact(Needs.Linux, "bash")]
    public async Task AFullDiskAsStandardOutputDoesNotCrashIt()
    {
        Programs.Result run = await Programs.ShellAsync($"'{Programs.Ours("SideBySide")}' --port 0 > /dev/full");
        Assert.Equal(("", 0), (run.Errors, run.ExitCode));
    }

    [ConditionalFact(Needs.Linux, "script", "bash")]
    public async Task OnAWideTerminalTheConsolesArePrintedInTwoColumns()
    {
        Programs.Result run = await Programs.ShellAsync(
            $"script -qec \"stty cols 120; NO_COLOR=1 '{Programs.Ours("SideBySide")}' --port 0\" /dev/null");
        string[] lines = [.. run.Lines.Select(l => l.Replace("\e[?1h\e=", "", StringComparison.Ordinal).TrimEnd('\r'))
            .Where(l => l.Length > 0)];
        Assert.Equal(0, run.ExitCode);
        // A command that the user may paste is not wrapped.
        Assert.All(lines.Where(l => !l.Contains(" sudo ", StringComparison.Ordinal)),
            l => Assert.InRange(l.Length, 10, TwoColumnLayout.Width));
        Assert.Contains(lines, l => l.Contains("FIN-WAIT-1", StringComparison.Ordinal) && l.IndexOf('|') == 59);
        Assert.Contains(lines,
            l => l.Contains("CLOSE-WAIT", StringComparison.Ordinal)
                && l.IndexOf("CLOSE-WAIT", StringComparison.Ordinal) > 59);
        Assert.All(lines, l => Assert.DoesNotContain("\e[3", l, StringComparison.Ordinal));
    }

    // The callers run the scenario idle. Its silence of 2 s leaves time to find the processes.
    private static Task<int> ChildAsync(Process parent, string name) => ChildAsync(parent.Id, name);

    private static async Task<int> ChildAsync(int parent, string name)
    {
        int found = 0;
        await Eventually.BecomesTrueAsync(() => (found = Children(parent).FirstOrDefault(id => Name(id) == name)) != 0,
            () => $"{name} did not start; running: {string.Join(' ', Children(parent).Select(Name))}");
        return found;
    }

    private static IEnumerable<int> Children(int parent)
    {
        foreach (string folder in Directory.GetDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), out int id) && Status(id).Any(l => l == $"PPid:\t{parent}"))
                yield return id;
    }

    private static string Name(int id) => Status(id).FirstOrDefault()?.Split('\t')[^1] ?? "";

    private static string[] Status(int id)
    {
        try
        {
            return File.ReadAllLines($"/proc/{id}/status");
        }
        catch (IOException)
        {
            return [];
        }
    }
}
