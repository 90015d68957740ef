using EchoClient;
using EchoClient.Running;
using Serilog.Events;
using SideBySide.Timeline;

namespace TcpDemo.Tests.EchoClient.Running;

/// <summary>
/// However long after the client's FIN the reply comes, it is whole, and it never comes before the requested hold is
/// over.
/// </summary>
[Trait("Tier", "Long")]
public sealed class LateReplyTests
{
    private const int Size = 64 * 1024;

    /// <summary>
    /// The amount by which a timer may be early: it counts the ticks of a coarser clock than the log's.
    /// </summary>
    private static readonly TimeSpan Coarse = TimeSpan.FromMilliseconds(20);

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(5000)]
    public async Task TheReplyIsWholeAfterAHoldOfAnyLength(int hold)
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

        // Every byte of it was compared with the pattern, and every byte came behind the client's FIN.
        Assert.Equal($"closed normally: {Size} of {Size} bytes, {Size} after our FIN",
            log.Events[^1].Get<string>("Sentence"));
        Assert.Equal(Size, log.Events[^1].Get<int>("BytesAfterFin"));

        // The first of it not before the hold was over. The server begins to wait when it has read our FIN.
        Assert.True(Between(log, ("FinQueued", "CalledAt"), ("Received", "ReturnedAt")) >= options.Hold - Coarse);
        Assert.InRange(Between(server.Log, ("FinRead", "ReturnedAt"), ("Sent", "CalledAt")), options.Hold - Coarse,
            options.Hold + Eventually.Limit);
    }

    // From the first event of one phase to the first of the other; negative where they came the other way round.
    private static TimeSpan Between(CollectingSink log, (string Phase, string Time) from,
        (string Phase, string Time) to)
    {
        long At((string Phase, string Time) point) => First(log, point.Phase).Get<long>(point.Time);
        return TimeSpan.FromMicroseconds((At(to) - At(from)) / 1000);
    }

    private static LogEvent First(CollectingSink log, string phase) =>
        log.Events.First(e => e.Get<string>("Phase") == phase);
}
