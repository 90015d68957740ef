using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PathCheck;
using PathCheck.Checks;
using PathCheck.Reporting;
using PathCheck.Running;
using TcpClose.Cli;
using TcpClose.Events;

namespace TcpDemo.Tests.PathCheck.NearEnd;

/// <summary>If a path cannot be judged, the printed sentence names the cause.</summary>
[Trait("Tier", "Long")]
public sealed class FailureDiagnosisTests
{
    private static readonly PathCheckOptions Standard = new() { Holds = [TimeSpan.Zero] };

    // With higher limits a run may succeed, because it retries refused connections.
    [Theory]
    [InlineData(5)]
    [InlineData(8)]
    public async Task ALimitOfConnectionsIsMeasured(int limit)
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        await using FaultyRelay relay = Limited(server, limit, new Concurrency());
        Assert.Matches($"^the path limits the number of connections: {limit} were served at the same time, and the "
            + $@"next was (closed|refused)\. Raise the limit of the relay, or --max-connections of PathCheck serve, to "
            + $@"at least {MaxConnections}: PathCheck needs at most that many at the same time\.$",
            await RefusalAsync(relay.Port));
    }

    [Fact]
    public async Task TheLimitThatTheSentenceAsksForIsEnough()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        var connections = new Concurrency();
        await using FaultyRelay relay = Limited(server, MaxConnections, connections);
        Assert.Contains("This path preserves half-close", await RefusalAsync(relay.Port), StringComparison.Ordinal);
        Assert.InRange(connections.Max, MaxConnections / 4, MaxConnections);
    }

    [Fact]
    public async Task APathThatServesOneConnectionAtATimeIsNamed()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        using var one = new SemaphoreSlim(1);
        await using var relay = new FaultyRelay(server.EndPoint, way: async (client, connectAsync) =>
        {
            await one.WaitAsync();
            client.Attach(new OnEnd(() => one.Release()));
            return await connectAsync(server.EndPoint);
        });
        Assert.StartsWith("the path serves only one connection at a time; a second one waits until the first has "
            + "ended. PathCheck cannot judge such a path, ", await RefusalAsync(relay.Port, 2),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheConnectionsThatReachedAnEchoServerAreCounted()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        await using RunningServer echo = await RunningServer.StartAsync();
        int count = 0;
        await using var relay = new FaultyRelay(server.EndPoint, way: (_, connectAsync) =>
            connectAsync(Interlocked.Increment(ref count) % 2 == 1 ? server.EndPoint : echo.EndPoint));
        Assert.Matches("^the path leads to several servers: [0-9]+ of [0-9]+ connections reached PathCheck serve, and "
            + "[0-9]+ an echo server: let it lead to PathCheck serve only\\.$", await RefusalAsync(relay.Port));
    }

    [Fact]
    public async Task ASecondServerThatIsDownIsNamed()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        int count = 0;
        await using var relay = new FaultyRelay(server.EndPoint, way: (_, connectAsync) =>
            Interlocked.Increment(ref count) % 2 == 1 ? connectAsync(server.EndPoint)
                : throw new CommandException("the second server is down"));
        Assert.Equal("the path ended 4 of 8 connections without an answer, although it had no other connection: if it "
            + "leads to several servers, start PathCheck serve on each of them.", await RefusalAsync(relay.Port));
    }

    [Fact]
    public async Task APathThatLosesTheAnswersIsNamed()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        await using var relay = new FaultyRelay(server.EndPoint, "none", "lose-answers");
        Assert.StartsWith("PathCheck serve receives requests through the path, but the path loses an answer that is "
            + "directly followed by a FIN.", await RefusalAsync(relay.Port), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "the path leads to a TLS server, which does not answer without TLS: ")]
    [InlineData(false, "the path leads to a SOCKS proxy: ")]
    public async Task AServerOfAnotherProtocolThatDoesNotAnswerIsRecognized(bool isTls, string sentence)
    {
        using Socket listener = Pair.Listen();
        using X509Certificate2 certificate = CreateCertificate();
        Task serving = ServeAsync(
            listener, stream => isTls ? ServeTlsAsync(stream, certificate) : ServeSocksAsync(stream));
        Assert.StartsWith(sentence, await RefusalAsync(((IPEndPoint)listener.LocalEndPoint!).Port),
            StringComparison.Ordinal);
        listener.Dispose();
        await Record.ExceptionAsync(() => serving.WithTimeout());
    }

    private static int MaxConnections => new CheckRows(CheckTable.All, Standard).MaxConnections;

    private static FaultyRelay Limited(RunningServer server, int limit, Concurrency connections) =>
        new(server.EndPoint, way: (client, connectAsync) =>
        {
            client.Attach(new OnEnd(connections.Remove));
            return connections.Add() <= limit ? connectAsync(server.EndPoint)
                : throw new CommandException("too many connections");
        });

    // Returns the report, or the sentence that is printed instead of it.
    private static async Task<string> RefusalAsync(int port, int timeout = 10)
    {
        PathCheckOptions options = Standard with { Port = port, Timeout = TimeSpan.FromSeconds(timeout) };
        try
        {
            return Report.Of(await new PathCheckRunner(options, _ => { }).RunAsync(CancellationToken.None).Judged());
        }
        catch (CommandException refused)
        {
            return refused.Message;
        }
    }

    private static async Task ServeAsync(Socket listener, Func<NetworkStream, Task> serveAsync)
    {
        while (true)
        {
            var stream = new NetworkStream(await listener.AcceptAsync(), ownsSocket: true);
            _ = Record.ExceptionAsync(async () =>
            {
                await using (stream) await serveAsync(stream);
            });
        }
    }

    // If the client sends a line of text, this server closes the connection without an answer. SslStream would answer
    // with an alert.
    private static async Task ServeTlsAsync(NetworkStream stream, X509Certificate2 certificate)
    {
        if (!SpinWait.SpinUntil(() => stream.DataAvailable, Eventually.Limit)) return;
        byte[] first = new byte[1];
        if (stream.Socket.Receive(first, SocketFlags.Peek) == 0 || first[0] != 0x16) return;
        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(certificate);
    }

    private static async Task ServeSocksAsync(NetworkStream stream)
    {
        byte[] greeting = new byte[3];
        await stream.ReadExactlyAsync(greeting);
        if (greeting[0] == 5) await stream.WriteAsync(new byte[] { 5, 0 });
    }

    private static X509Certificate2 CreateCertificate()
    {
        using RSA key = RSA.Create(2048);
        return new CertificateRequest("CN=relay", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    /// <summary>The number of simultaneous connections.</summary>
    private sealed class Concurrency
    {
        private readonly Lock _lock = new();
        private int _now;

        public int Max { get; private set; }

        public int Add()
        {
            lock (_lock)
            {
                Max = Math.Max(Max, ++_now);
                return _now;
            }
        }

        public void Remove()
        {
            lock (_lock) _now--;
        }
    }

    /// <summary>Runs an action when a connection has ended.</summary>
    private sealed class OnEnd(Action action) : IConnectionObserver
    {
        private int _hasEnded;

        public void SocketClosed(long calledAt) => End();

        public void Aborted(in CallSample sample, string cause) => End();

        public void ResetReceived(in CallSample sample, string how) => End();

        private void End()
        {
            if (Interlocked.Exchange(ref _hasEnded, 1) == 0) action();
        }
    }
}
