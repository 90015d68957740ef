using System.Diagnostics;
using System.Net;
using EchoServer;
using SideBySide.Running;

namespace TcpDemo.Tests.EchoServer;

/// <summary>A server prints how to stop it and which command to run next, but only on a terminal.</summary>
public sealed class NextStepsOnATerminalTests
{
    private const char CtrlC = '\x03';

    [Theory]
    [InlineData("127.0.0.1:8888", false, "dotnet run --project EchoClient")]
    [InlineData("127.0.0.1:40001", false, "dotnet run --project EchoClient -- --port 40001")]
    [InlineData("0.0.0.0:8888", false, "dotnet run --project EchoClient")]
    [InlineData("[::1]:8888", false, "dotnet run --project EchoClient -- --host ::1")]
    [InlineData("[::]:9", false, "dotnet run --project EchoClient -- --host ::1 --port 9")]
    [InlineData("127.0.0.1:8888", true, "curl -i http://127.0.0.1:8888/")]
    [InlineData("0.0.0.0:9", true, "curl -i http://127.0.0.1:9/")]
    [InlineData("[::1]:9", true, "curl -i http://[::1]:9/")]
    public void TheCommandReachesTheServer(string listening, bool http, string command) =>
        Assert.Equal(
            ["Ctrl+C stops the server. In another terminal, run:", command],
            NextSteps.Of(new ServerOptions { Http = http }, IPEndPoint.Parse(listening)));

    [Fact]
    public void TheCommandWaitsLongerForAServerThatThinksLong() =>
        Assert.Equal("dotnet run --project EchoClient -- --timeout 40s",
            NextSteps.Of(new ServerOptions { Think = TimeSpan.FromSeconds(20) }, IPEndPoint.Parse("127.0.0.1:8888"))
                .Last());

    [ConditionalTheory(Needs.Linux, "script", "bash")]
    [InlineData("EchoServer", "--port 0", "dotnet run --project EchoClient -- --port ")]
    [InlineData("EchoServer", "--port 0 --http", "curl -i http://127.0.0.1:")]
    [InlineData("PathCheck", "serve --port 0", "dotnet run --project PathCheck -- run HOST:PORT")]
    public async Task OnATerminalTheNextStepsFollowTheListeningLine(string program, string arguments, string command)
    {
        string[] lines = await StartAndStopAsync(program, arguments, "stty cols 100; export NO_COLOR=1; ", command);
        Assert.Contains(" Listen on 127.0.0.1:", lines[0], StringComparison.Ordinal);
        Assert.Contains("Ctrl+C stops ", lines[1], StringComparison.Ordinal);
        Assert.Contains(command, lines[2], StringComparison.Ordinal);
        Assert.Equal(4, lines.Length);
    }

    [ConditionalTheory(Needs.Linux, "script", "bash")]
    [InlineData("EchoServer", "--port 0 --log json", "")]
    [InlineData("EchoServer", "--port 0 --log-level warning", "")]
    [InlineData("EchoServer", "--port 0", " | cat")]
    [InlineData("PathCheck", "serve --port 0", " | cat")]
    public async Task ElsewhereNoNextStepsArePrinted(string program, string arguments, string pipe)
    {
        string[] lines = await StartAndStopAsync(program, arguments + pipe, "", "Listen on");
        Assert.Contains("Listen on", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain(lines, l => l.Contains("Ctrl+C", StringComparison.Ordinal));
    }

    // Types Ctrl+C when the program has written the awaited text, and returns all its lines.
    private static async Task<string[]> StartAndStopAsync(
        string program, string arguments, string before, string awaited)
    {
        using Process terminal = ConsoleProcess.StartProgram("script",
            ["-qec", $"{before}'{Programs.Ours(program)}' {arguments}", "/dev/null"]);
        try
        {
            string first = "";
            while (!first.Contains(awaited, StringComparison.Ordinal))
                first += await terminal.StandardOutput.ReadLineAsync().WithTimeout() + "\n";
            await terminal.StandardInput.WriteAsync(CtrlC);
            await terminal.StandardInput.FlushAsync();
            string rest = await terminal.StandardOutput.ReadToEndAsync().WithTimeout();
            await terminal.WaitForExitAsync().WithTimeout();
            return [.. (first + rest).Split('\n').Select(l => l.Replace("^C", "", StringComparison.Ordinal).Trim())
                .Where(l => l != "")];
        }
        finally
        {
            if (!terminal.HasExited) terminal.Kill(entireProcessTree: true);
        }
    }
}
