using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SideBySide.Running;

namespace TcpDemo.Tests.TcpClose.Cli;

/// <summary>
/// On Ctrl+C or SIGTERM, the client aborts its connection. The server lets its connections finish, and aborts them on a
/// second signal.
/// </summary>
public sealed class InterruptAndTerminateTests
{
    private const int SigInt = 2, SigTerm = 15;

    [ConditionalFact(Needs.Linux, "kill")]
    public async Task AnInterruptedClientAbortsLogsThatAndExitsWith130()
    {
        foreach (int signal in (int[])[SigInt, SigTerm])
        {
            using Socket listener = Pair.Listen();
            int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
            using Process client = ConsoleProcess.StartProgram(Programs.Ours("EchoClient"), ["--port", $"{port}"]);
            using Socket server = await listener.AcceptAsync().WithTimeout();
            Assert.Equal("hello service", Encoding.ASCII.GetString(await server.ReadToEndAsync()));
            Programs.Signal(client.Id, signal);
            await client.WaitForExitAsync().WithTimeout();
            Assert.Equal(130, client.ExitCode);
            Assert.Equal("", await client.StandardError.ReadToEndAsync());
            string[] lines = (await client.StandardOutput.ReadToEndAsync()).TrimEnd().Split('\n');
            Assert.Contains("abort (RST): interrupted", lines[^2], StringComparison.Ordinal);
            Assert.EndsWith("result: aborted, interrupted; echo short: 0 of 13 bytes, 13 missing", lines[^1].TrimEnd(),
                StringComparison.Ordinal);
        }
    }

    [ConditionalFact(Needs.Linux, "kill")]
    public async Task AStoppedServerLetsConnectionsFinishAndExitsWith0()
    {
        using Process server = ConsoleProcess.StartProgram(Programs.Ours("EchoServer"),
            ["--port", "0", "--think", "500ms"]);
        using Socket client = await Pair.ConnectAsync(await ListeningAsync(server));
        await client.SendAsync("finish this");
        client.Shutdown(SocketShutdown.Send);
        await server.StandardOutput.ReadLineAsync().WithTimeout();     // Accepted
        await server.StandardOutput.ReadLineAsync().WithTimeout();     // Received: the server is at work
        Programs.Signal(server.Id, SigTerm);
        Assert.Equal("finish this", Encoding.ASCII.GetString(await client.ReadToEndAsync()));
        await server.WaitForExitAsync().WithTimeout();
        Assert.Equal((0, ""), (server.ExitCode, await server.StandardError.ReadToEndAsync()));
    }

    [ConditionalFact(Needs.Linux, "kill")]
    public async Task ASecondSignalAbortsTheOpenConnections()
    {
        using Process server = ConsoleProcess.StartProgram(Programs.Ours("EchoServer"), ["--port", "0"]);
        using Socket client = await Pair.ConnectAsync(await ListeningAsync(server));
        await server.StandardOutput.ReadLineAsync().WithTimeout();
        Programs.Signal(server.Id, SigInt);
        Assert.Contains("stopped listening; up to 5s for 1 connection to finish",
            await server.StandardOutput.ReadLineAsync().WithTimeout(), StringComparison.Ordinal);
        long began = Stopwatch.GetTimestamp();
        Programs.Signal(server.Id, SigInt);
        await server.WaitForExitAsync().WithTimeout();
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(4));
        Assert.Equal(0, server.ExitCode);
        SocketException reset = await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    private static async Task<IPEndPoint> ListeningAsync(Process server)
    {
        string line = (await server.StandardOutput.ReadLineAsync().WithTimeout())!;
        return new IPEndPoint(IPAddress.Loopback,
            int.Parse(line[(line.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture));
    }
}
