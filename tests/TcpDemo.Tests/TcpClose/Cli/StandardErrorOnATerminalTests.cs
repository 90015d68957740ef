namespace TcpDemo.Tests.TcpClose.Cli;

/// <summary>
/// On a terminal, standard error is wrapped between words. In a file, a sentence stays on one line, for scripts that
/// search it.
/// </summary>
public sealed class StandardErrorOnATerminalTests
{
    private const string Wrong = "--scenario nonsense",
        Sentence = "--scenario \"nonsense\" is unknown: use half-close or late-data or three-segments or server-first "
            + "or simultaneous or full-close or unread-data or idle or client-abort or server-abort or refused or "
            + "frames or http. See --help.";

    [ConditionalTheory(Needs.Linux, "script", "bash")]
    [InlineData(60, "")]
    [InlineData(80, "")]
    [InlineData(100, "")]
    [InlineData(120, "")]
    [InlineData(60, ">/dev/null")]
    public async Task ASentenceIsWrappedBetweenWords(int columns, string redirected)
    {
        foreach (string program in (string[])["EchoClient", "SideBySide"])
        {
            string command = $"stty cols {columns}; '{Programs.Ours(program)}' {Wrong} {redirected}";
            Programs.Result shown = await Programs.ShellAsync($"script -qec \"{command}\" /dev/null");
            string[] lines = [.. shown.Lines.Select(l => l.Replace("\e[?1h\e=", "", StringComparison.Ordinal).Trim())];
            Assert.All(lines, line => Assert.InRange(line.Length, 1, columns));
            Assert.Equal($"{program}: {Sentence}", string.Join(' ', lines));
            Assert.Equal((columns, 1), (columns, shown.ExitCode));
        }
    }

    [ConditionalFact(Needs.Linux, "script", "bash")]
    public async Task IfRedirectedASentenceStaysOnOneLine()
    {
        using var folder = new TemporaryFolder();
        string file = folder / "errors";
        await Programs.ShellAsync(
            $"script -qec \"stty cols 60; '{Programs.Ours("EchoClient")}' {Wrong} 2>'{file}'\" /dev/null");
        Assert.Equal($"EchoClient: {Sentence}\n", await File.ReadAllTextAsync(file));
    }
}
