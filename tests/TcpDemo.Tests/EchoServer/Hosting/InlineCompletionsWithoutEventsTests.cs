namespace TcpDemo.Tests.EchoServer.Hosting;

/// <summary>
/// A server that logs only warnings runs its connections on the event-loop threads, unless an environment variable
/// forbids it. A server that logs events does not, because a log line would delay all connections.
/// </summary>
[Collection(nameof(NonParallel))]
[Trait("Tier", "Long")]
public sealed class InlineCompletionsWithoutEventsTests
{
    private const string Setting = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>The runtime's names of the event-loop and thread-pool threads.</summary>
    private const string Sockets = ".NET Sockets", Pool = ".NET TP Worker";

    [ConditionalTheory(Needs.Linux, "ss", "bash")]
    [InlineData($"unset {Setting}; exec EchoServer --think 0 --log-level warning", true)]
    [InlineData($"unset {Setting}; exec EchoServer --think 0", false)]
    [InlineData($"unset {Setting}; exec EchoServer --think 0 --log-level debug > /dev/null", false)]
    [InlineData($"export {Setting}=1; exec EchoServer --think 0", false)]
    [InlineData($"export {Setting}=0; exec EchoServer --think 0 --log-level warning", false)]
    public async Task TheEventLoopServesConnectionsOnlyIfNoEventsAreWritten(string line, bool serves)
    {
        await using ShellServer server = await ShellServer.StartAsync(line);
        LoadProgram.Result load = await LoadProgram.RunAsync(server.EndPoint,
            "--mode ping-pong --connections 8 --count 20000");
        Assert.Equal((0, ""), (load.ExitCode, load.Failures));

        IReadOnlyDictionary<string, TimeSpan> cpu = ProcessMetrics.CpuByThread(server.Id);
        double pool = cpu.GetValueOrDefault(Pool).TotalMilliseconds,
            share = cpu[Sockets].TotalMilliseconds / (cpu[Sockets].TotalMilliseconds + pool);
        // The measured share was 99 to 100 % if the event loop served the connections, and 13 % if it did not.
        Assert.True(serves ? share > 0.8 : share < 0.6,
            $"{share:P0} of the processor time is that of the event loop: {string.Join(", ", cpu)}");
    }
}
