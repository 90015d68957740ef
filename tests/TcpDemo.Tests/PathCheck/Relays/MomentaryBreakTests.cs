using PathCheck.Reporting;

namespace TcpDemo.Tests.PathCheck.Relays;

/// <summary>No time-out is reported for a relay that resets its connections only for a moment.</summary>
[Trait("Tier", "Long")]
public sealed class MomentaryBreakTests
{
    [Fact]
    public async Task NoRowIsCut()
    {
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        int halfClosed = 0;
        FaultyRelay? relay = null;

        // Breaks all connections once, half a second after the first request with the longest silence.
        relay = new FaultyRelay(server.EndPoint, way: async (client, connectAsync) =>
        {
            ReadOnlyMemory<byte> first = await client.ReceiveAsync();
            client.PutBack(first);
            if (Encoding.ASCII.GetString(first.Span).Contains("hold=1.5s", StringComparison.Ordinal)
                && Interlocked.Increment(ref halfClosed) == 1)
            {
                _ = Task.Run(async () =>
                {
                    await Task.Delay(500);
                    relay!.BreakAll();
                });
            }

            return await connectAsync(server.EndPoint);
        });
        await using FaultyRelay running = relay;
        PathReport report = await ThroughRelay.RunAsync("client-first server-first client-first-drip", relay.Port,
            TimeSpan.Zero, TimeSpan.FromSeconds(1.5));
        Assert.True(report.Results.All(r => r.Effect.Key == "preserved"), Report.Of(report));
        Assert.Contains(report.Results, r => r.Evidence == "lost once, preserved on 3 of 3 repeats");
        Assert.Equal(0, report.ExitCode);
        Assert.EndsWith(" failed once.", report.Summary, StringComparison.Ordinal);
    }
}
