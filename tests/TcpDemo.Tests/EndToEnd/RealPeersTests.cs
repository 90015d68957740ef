using System.Net;
using System.Net.Sockets;
using SideBySide.Running;
using SideBySide.Timeline;

namespace TcpDemo.Tests.EndToEnd;

/// <summary>Third-party programs as clients of EchoServer and as echo services for EchoClient.</summary>
[Trait("Tier", "Long")]
public sealed class RealPeersTests
{
    private const string Python = """
        import socket, sys
        s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
        s.sendall(b"hello service")
        s.shutdown(socket.SHUT_WR)
        data = b""
        while part := s.recv(4): data += part
        print(data.decode(), end="")
        """;

    [ConditionalFact(Needs.Linux, "nc")]
    public Task OpenBsdNetcatIsEchoed() => IsEchoedAsync("printf 'hello service' | nc -N 127.0.0.1 $PORT");

    [ConditionalFact(Needs.Linux, "ncat")]
    public Task NcatIsEchoed() => IsEchoedAsync("printf 'hello service' | ncat 127.0.0.1 $PORT");

    [ConditionalFact(Needs.Linux, "socat")]
    public Task SocatIsEchoed() => IsEchoedAsync("printf 'hello service' | socat -t 10 - TCP:127.0.0.1:$PORT");

    [ConditionalFact(Needs.Linux, "bash")]
    public Task BashWithDevTcpIsEchoed() =>
        IsEchoedAsync("exec 3<>/dev/tcp/127.0.0.1/$PORT; printf 'hello service' >&3; head -c 13 <&3");

    [ConditionalFact(Needs.Linux, "python3")]
    public Task APythonSocketIsEchoed() => IsEchoedAsync($"python3 -c '{Python}' $PORT");

    [ConditionalFact(Needs.Linux, "curl", "bash")]
    public Task CurlAsTelnetIsEchoed() => IsEchoedAsync("""
        coproc curl -sN telnet://127.0.0.1:$PORT
        printf 'hello service' >&"${COPROC[1]}"; head -c 13 <&"${COPROC[0]}"; kill "$COPROC_PID"
        """);

    [ConditionalFact(Needs.Linux, "curl")]
    public async Task CurlThatSpeaksHttpReceivesItsOwnRequest()
    {
        await using RunningServer server =
            await RunningServer.StartAsync(new() { Think = TimeSpan.FromMilliseconds(50) });
        // The echo does not end, so curl is killed after its first line.
        Programs.Result curl = await Programs.ShellAsync($$"""
            coproc curl -sN --http0.9 http://127.0.0.1:{{server.EndPoint.Port}}/a/page
            head -n 1 <&"${COPROC[0]}"
            kill "$COPROC_PID"
            """);
        Assert.StartsWith("GET /a/page HTTP/1.1", curl.Output, StringComparison.Ordinal);
        Assert.Equal("on", await server.EchoAsync("on"));
    }

    [ConditionalFact(Needs.Linux, "socat", "cat")]
    public Task SocatWithCatEchoesTheClient() =>
        EchoesAsync(port => ("socat", [$"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork", "EXEC:cat"]));

    [ConditionalFact(Needs.Linux, "ncat", "cat")]
    public async Task NcatWithCatMayLoseTheEchoAfterAnEarlyFinAndTheClientReportsTheLoss()
    {
        // ncat 7.93 treats the client's FIN as the end of both directions. It loses what cat has not written by then.
        // The client must report each loss.
        await AgainstAsync(port => ("ncat", ["-l", "-k", "-e", "/bin/cat", "127.0.0.1", $"{port}"]), async port =>
        {
            for (int i = 0; i < 5; i++)
            {
                Programs.Result client = await Programs.RunAsync(Programs.Ours("EchoClient"), ["--port", $"{port}"]);
                bool whole = client.ExitCode == 0;
                Assert.Equal(whole ? 0 : 2, client.ExitCode);
                Assert.Matches(whole
                    ? "closed normally: 13 of 13 bytes"
                    : "closed normally; echo short: 0 of 13 bytes, 13 missing", client.Lines[^1]);
            }
        });
    }

    [ConditionalFact(Needs.Linux, "xinetd")]
    public async Task XinetdsBuiltInEchoEchoesTheClient()
    {
        string configuration = Path.GetTempFileName();
        try
        {
            await EchoesAsync(port =>
            {
                File.WriteAllText(configuration, $$"""
                    service echo
                    {
                        type = INTERNAL UNLISTED
                        id = echo-stream
                        socket_type = stream
                        protocol = tcp
                        user = {{Environment.UserName}}
                        wait = no
                        port = {{port}}
                        bind = 127.0.0.1
                    }
                    """ + "\n");
                return ("xinetd", ["-dontfork", "-f", configuration, "-pidfile", configuration + ".pid"]);
            });
        }
        finally
        {
            File.Delete(configuration);
            File.Delete(configuration + ".pid");
        }
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public Task TheClientReachesTheServerByAddressAndByName(string host) => MeetAsync(host, "127.0.0.1");

    [ConditionalFact(Needs.Linux | Needs.IPv6)]
    public Task TheClientReachesTheServerOverIPv6() => MeetAsync("::1", "::1");

    private static async Task MeetAsync(string host, string address)
    {
        await using ServerConsole server = await ServerConsole.StartAsync(null, "--host", host);
        List<Serilog.Events.LogEvent> client = await server.RunClientAsync("--host", host);
        Assert.Equal(address, IPEndPoint.Parse(client[^1].Get<string>("Remote")!).Address.ToString());
    }

    private static async Task IsEchoedAsync(string client)
    {
        await using RunningServer server =
            await RunningServer.StartAsync(new() { Think = TimeSpan.FromMilliseconds(50) });
        Programs.Result result = await Programs.ShellAsync(client.Replace("$PORT", $"{server.EndPoint.Port}",
            StringComparison.Ordinal));
        Assert.Equal("hello service", result.Output);
        await server.Log.WaitForAsync("SocketClosed");
    }

    private static Task EchoesAsync(Func<int, (string Program, string[] Arguments)> service) =>
        AgainstAsync(service, async port =>
        {
            Programs.Result client = await Programs.RunAsync(Programs.Ours("EchoClient"), ["--port", $"{port}"]);
            Assert.Equal(("", 0), (client.Errors, client.ExitCode));
            Assert.Contains("result: closed normally: 13 of 13 bytes", client.Lines[^1], StringComparison.Ordinal);
        });

    private static async Task AgainstAsync(Func<int, (string Program, string[] Arguments)> service,
        Func<int, Task> client)
    {
        using var port = new ReservedPort();
        (string program, string[] arguments) = service(port.Number);
        using System.Diagnostics.Process process = ConsoleProcess.StartProgram(program, arguments);
        try
        {
            await ListensAsync(port.Number, process);
            await client(port.Number);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync().WithTimeout();
        }
    }

    private static Task ListensAsync(int port, System.Diagnostics.Process process) => Eventually.BecomesTrueAsync(
        () =>
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Connect(IPAddress.Loopback, port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        },
        () => "the echo service did not start" + (process.HasExited ? ": " + process.StandardError.ReadToEnd() : ""));
}
