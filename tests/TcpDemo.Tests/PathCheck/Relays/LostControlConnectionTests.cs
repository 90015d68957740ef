using System.Net;
using System.Net.Sockets;
using PathCheck;
using PathCheck.NearEnd;
using PathCheck.Reporting;
using TcpClose.Cli;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace TcpDemo.Tests.PathCheck.Relays;

/// <summary>
/// If the path does not serve a connection, or rejects it for a moment, this does not count as an effect on a close.
/// </summary>
[Trait("Tier", "Long")]
public sealed class LostControlConnectionTests
{
    private const string Keys = "client-first server-first server-first-slow-reader";

    [Theory]
    [InlineData("report", 8)]
    [InlineData("server-first ", 2)]
    public async Task AConnectionThatIsAcceptedAndNeverServedLosesNoFin(string request, int every)
    {
        int count = 0;
        var end = new TaskCompletionSource<ObservedSocket>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        await using var relay = new FaultyRelay(server.EndPoint, way: async (client, connectAsync) =>
        {
            ReadOnlyMemory<byte> first = await client.ReceiveAsync();
            client.PutBack(first);
            bool isServed = !Encoding.ASCII.GetString(first.Span).Contains($"/1 {request}", StringComparison.Ordinal)
                || Interlocked.Increment(ref count) % every != 0;
            return await (isServed ? connectAsync(server.EndPoint) : end.Task);
        });
        try
        {
            PathReport report = await ThroughRelay.RunAsync(Keys, relay.Port);
            Assert.True(report.Results.All(r => !r.Effect.IsFault), Report.Of(report));
        }
        finally
        {
            end.SetException(new CommandException("the test has ended"));
        }
    }

    [Fact]
    public async Task ReportsThatAreRejectedForASecondAreRequestedAgain()
    {
        long rejectsSince = 0;
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        await using var relay = new FaultyRelay(server.EndPoint, way: async (client, connectAsync) =>
        {
            ReadOnlyMemory<byte> first = await client.ReceiveAsync();
            client.PutBack(first);
            if (!Encoding.ASCII.GetString(first.Span).Contains("/1 report", StringComparison.Ordinal))
                return await connectAsync(server.EndPoint);
            Interlocked.CompareExchange(ref rejectsSince, Clock.Now, 0);
            return Clock.Since(Volatile.Read(ref rejectsSince)) < TimeSpan.FromSeconds(1)
                ? throw new CommandException("rejected")
                : await connectAsync(server.EndPoint);
        });
        PathReport report = await ThroughRelay.RunAsync(Keys, relay.Port);
        Assert.True(report.Results.All(r => r.Effect.Key == "preserved"), Report.Of(report));
    }

    [Fact]
    public async Task ConnectionsThatAreRejectedForASecondAreTriedAgain()
    {
        var address = new IPEndPoint(IPAddress.Loopback, 0);
        using Socket first = Pair.Listen();
        address = (IPEndPoint)first.LocalEndPoint!;
        var far = new FarEndClient(new PathCheckOptions { Port = address.Port }, CancellationToken.None);
        (await far.ConnectAsync()).Dispose();
        first.Dispose();
        Task<Socket> again = far.ConnectAsync();
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.False(again.IsCompleted);
        using var second = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        second.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        second.Bind(address);
        second.Listen();
        (await again.WithTimeout()).Dispose();
    }
}
