using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using PathCheck.Faults;
using PathCheck.Relaying;
using Serilog.Core;
using SideBySide.Running;
using TcpClose.Cli;

namespace TcpDemo.Tests.PathCheck;

/// <summary>The command line of <c>PathCheck relay</c>, and its log.</summary>
[Trait("Tier", "Long")]
public sealed partial class RelayCommandTests
{
    [Fact]
    public async Task ItLogsWhatItGotAndWhatItDid()
    {
        await using ServerConsole server = await ServerConsole.StartAsync(null, "--think", "50ms");
        (string log, Programs.Result client) = await ThroughAsync(
            server.Port, ["--fault", "drop-tail:5", "--direction", "to-client"], ["--message", "hello service"]);
        Assert.Equal(2, client.ExitCode);
        Assert.Contains("echo short: 8 of 13 bytes, 5 missing", client.Output, StringComparison.Ordinal);
        Assert.Matches($@"relay to 127\.0\.0\.1:{server.Port}, fault drop-tail:5 from server to client\n", log);
        string[] inOrder =
        [
            "Accept: from", "about to Connect: SYN to", "Connect: SYN ACK received", "Receive: 13 bytes",
            "Receive returned 0: the client's FIN", "Shutdown(Send): FIN queued", "Receive: 13 bytes, after our FIN",
            "Receive returned 0: the server's FIN", "fault: discards the last 5 bytes of the server's data",
        ];
        int[] places = [.. inOrder.Select(text => log.IndexOf(text, StringComparison.Ordinal))];
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
        Assert.DoesNotContain("Abort", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerThatIsNotThereIsExplainedAndTheClientIsReset()
    {
        using var free = new ReservedPort();
        (string log, Programs.Result client) = await ThroughAsync(free.Number, [], []);
        Assert.NotEqual(0, client.ExitCode);
        Assert.Contains(
            $"nothing listens on 127.0.0.1:{free.Number}: start the server there, or change --to.", log,
            StringComparison.Ordinal);
        Assert.Contains("abort (RST): no connection to the server", log, StringComparison.Ordinal);
    }

    [ConditionalFact(Needs.Linux)]
    public async Task AServerThatDoesNotAnswerIsExplainedWithoutAnOptionThatTheRelayLacks()
    {
        // After one connection the accept queue is full, so the kernel drops the next SYN.
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server.Listen(0);
        using Socket first = await Pair.ConnectAsync(server.LocalEndPoint!);
        int port = ((IPEndPoint)server.LocalEndPoint!).Port;
        var options = new RelayOptions
        {
            Host = "127.0.0.1",
            Port = port,
            ConnectTimeout = TimeSpan.FromSeconds(0.3),
        };
        var relay = new RelayHandler(options, Logger.None, CancellationToken.None);
        CommandException refused = await Assert.ThrowsAsync<CommandException>(
            () => relay.ConnectAsync(options.Host, port).WithTimeout());
        Assert.Equal($"127.0.0.1:{port} did not answer within 300ms: check the address, and whether a firewall drops "
            + "packets.", refused.Message);
    }

    [Theory]
    [InlineData("--listen 0", "Option '--to' is required")]
    [InlineData("--to 127.0.0.1:1", "Option '--listen' is required")]
    [InlineData("--listen 0 --to 8888", "--to \"8888\" is not HOST:PORT: write 127.0.0.1:8888 or [::1]:8888")]
    [InlineData("--listen 0 --to 127.0.0.1:1 --fault ful-close", "did you mean full-close?")]
    [InlineData("--listen 0 --to 127.0.0.1:1 --fault cut-after", "is not a fault: --help lists them")]
    [InlineData("--listen 0 --to 127.0.0.1:1 --direction up", "--direction \"up\" is unknown: use to-server or")]
    public async Task AWrongCommandLineIsExplainedInOneSentence(string arguments, string sentence)
    {
        Programs.Result result = await Programs.RunAsync(
            Programs.Ours("PathCheck"), ["relay", .. arguments.Split(' ')]);
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains(sentence, result.Errors, StringComparison.Ordinal);
        Assert.Single(result.Errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task ARelayToItselfIsRefused()
    {
        using var free = new ReservedPort();
        int port = free.Number;
        Programs.Result result = await Programs.RunAsync(Programs.Ours("PathCheck"),
            ["relay", "--listen", $"{port}", "--to", $"127.0.0.1:{port}", "--log-level", "warning"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            $"PathCheck: --to 127.0.0.1:{port} is this relay itself: give the server's port.\n", result.Errors);
    }

    [Fact]
    public async Task TheHelpListsEveryFault()
    {
        Programs.Result help = await Programs.RunAsync(Programs.Ours("PathCheck"), ["relay", "--help"]);
        Assert.All(
            FaultTable.All,
            row => Assert.Matches(
                $@"\n  {Regex.Escape(row.Syntax)} +{Regex.Escape(row.Description[..15])}", help.Output));
    }

    // Runs EchoClient through the relay, and stops the relay.
    private static async Task<(string Log, Programs.Result Client)> ThroughAsync(
        int server, string[] relay, string[] client)
    {
        using Process process = ConsoleProcess.StartProgram(Programs.Ours("PathCheck"),
            ["relay", "--listen", "0", "--to", $"127.0.0.1:{server}", "--stop-with-stdin", .. relay]);
        var log = new StringBuilder();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        int port = 0;
        while (port == 0 && await process.StandardOutput.ReadLineAsync().WithTimeout() is { } line)
        {
            log.Append(line).Append('\n');
            if (Listening().Match(line) is { Success: true } listening) port = int.Parse(listening.Groups[1].Value);
        }

        Programs.Result result = await Programs.RunAsync(
            Programs.Ours("EchoClient"), ["--port", $"{port}", "--timeout", "20s", .. client]);
        process.StandardInput.Close();
        log.Append(await process.StandardOutput.ReadToEndAsync().WithTimeout());
        await process.WaitForExitAsync().WithTimeout();
        Assert.Equal((0, ""), (process.ExitCode, await errors));
        return (log.ToString(), result);
    }

    [GeneratedRegex(@"Listen on 127\.0\.0\.1:(\d+)$")]
    private static partial Regex Listening();
}
