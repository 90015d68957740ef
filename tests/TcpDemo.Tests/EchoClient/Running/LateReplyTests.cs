using EchoClient;
using EchoClient.Running;
using Serilog.Events;
using SideBySide.Timeline;

namespace TcpDemo.Tests.EchoClient.Running;

/// <summary>A reply is complete, however long after the client's FIN the server sends it.</summary>
[Trait("Tier", "Long")]
public sealed class LateReplyTests
{
    private const int Size = 64 * 1024;

    /// <summary>How early a timer may fire. The timer's clock is coarser than the log's clock.</summary>
    private static readonly TimeSpan Coarse = TimeSpan.FromMilliseconds(20);

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(5000)]
    public async Task TheReplyIsCompleteAfterAHoldOfAnyLength(int hold)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        var log = new CollectingSink();
        var options = new ClientOptions
        {
            Port = server.EndPoint.Port,
            Scenario = "late-data",
            Hold = TimeSpan.FromMilliseconds(hold),
            Late = Size,
        };
        Assert.Equal(0, await new ScenarioRunner(options, log.Logger).RunAsync(CancellationToken.None).WithTimeout());

        // Every byte was also compared with the pattern.
        Assert.Equal($"closed normally: {Size} of {Size} bytes, {Size} after our FIN",
            log.Events[^1].Get<string>("Sentence"));
        Assert.Equal(Size, log.Events[^1].Get<int>("BytesAfterFin"));

        // The server's hold begins when the server has read the client's FIN.
        Assert.True(Between(log, ("FinQueued", "CalledAt"), ("Received", "ReturnedAt")) >= options.Hold - Coarse);
        Assert.InRange(Between(server.Log, ("FinRead", "ReturnedAt"), ("Sent", "CalledAt")), options.Hold - Coarse,
            options.Hold + Eventually.Limit);
    }

    // The time between the first events of two phases. It is negative if the second phase came first.
    private static TimeSpan Between(CollectingSink log, (string Phase, string Time) from,
        (string Phase, string Time) to)
    {
        long At((string Phase, string Time) point) => First(log, point.Phase).Get<long>(point.Time);
        return TimeSpan.FromMicroseconds((At(to) - At(from)) / 1000);
    }

    private static LogEvent First(CollectingSink log, string phase) =>
        log.Events.First(e => e.Get<string>("Phase") == phase);
}
