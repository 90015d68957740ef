using EchoServer.Scenarios;
using TcpClose.Events;
using TcpClose.Scenarios;

namespace TcpDemo.Tests;

/// <summary>The server forgets: ten minutes after a connection's end, and the oldest where there are too many. Nobody learns of a connection whose id he does not have.</summary>
[Trait("Tier", "Long")]
public sealed class RecordExpiryTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromTicks(1);

    private readonly HandSetClock _clock = new();

    [Fact]
    public void TenMinutesAfterItsEndAConnectionIsForgotten()
    {
        var recollections = new ConnectionRecords(_clock);
        ConnectionId id = ConnectionId.Next();
        ConnectionRecord one = recollections.Begin(id)!;

        // As long as it is open it is never too old.
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(ConnectionReport.Open, recollections.Saw(id).End);
        one.Ended();
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(ConnectionReport.WasAborted, recollections.Saw(id).End);
        _clock.Advance(Moment);
        Assert.Equal(ConnectionReport.Nothing(id), recollections.Saw(id));

        // The name is free again.
        Assert.NotNull(recollections.Begin(id));
    }

    [Fact]
    public void ItsTimesAreThoseOfTheServersClock()
    {
        var recollections = new ConnectionRecords(_clock);
        ConnectionId id = ConnectionId.Next();
        ConnectionRecord one = recollections.Begin(id)!;
        _clock.Advance(TimeSpan.FromSeconds(1));
        one.Received(0, "x"u8, afterOurFin: false);
        _clock.Advance(TimeSpan.FromSeconds(1));
        one.FinRead(ago: TimeSpan.FromSeconds(0.25));
        one.Sent(0, default);
        _clock.Advance(TimeSpan.FromSeconds(1));
        one.ResetReceived(default, "");
        one.Ended();
        Assert.Equal((1_000_000, 1_750_000, 2_000_000, 3_000_000), Times(recollections.Saw(id)));
    }

    [Fact]
    public void AnEndOfStreamIsNeverEarlierThanTheLastByte()
    {
        var recollections = new ConnectionRecords(_clock);
        ConnectionId id = ConnectionId.Next();
        ConnectionRecord one = recollections.Begin(id)!;
        _clock.Advance(TimeSpan.FromSeconds(1));
        one.Received(0, "x"u8, afterOurFin: false);
        one.FinRead(ago: TimeSpan.FromSeconds(0.5));
        Assert.Equal(1_000_000, recollections.Saw(id).Fin);
    }

    [Fact]
    public void OfFiveThousandConnectionsTheLastThousandAndTwentyFourAreKept()
    {
        var recollections = new ConnectionRecords(_clock);
        ConnectionId[] ids = [.. Enumerable.Range(0, 5000).Select(_ => ConnectionId.Next())];

        // Half of them end, half stay open: both make room.
        for (int i = 0; i < ids.Length; i++)
            if (recollections.Begin(ids[i])! is var begun && i % 2 == 0) begun.Ended();
        Assert.Equal([.. ids[^1024..]], ids.Where(id => recollections.Saw(id).End != ConnectionReport.Unknown));
    }

    [Fact]
    public void WhoGuessesAnIdLearnsNothingAndChangesNothing()
    {
        var recollections = new ConnectionRecords(_clock);
        ConnectionId id = ConnectionId.Next();
        recollections.Begin(id)!.Received(0, "secret"u8, afterOurFin: false);
        for (int bit = 0; bit < 128; bit++)
        {
            var near = new ConnectionId(id.Number ^ (UInt128.One << bit));
            Assert.Equal(ConnectionReport.Nothing(near), recollections.Saw(near));
        }

        Assert.Equal((ConnectionReport.Open, 6), (recollections.Saw(id).End, recollections.Saw(id).Bytes));
    }

    [Fact]
    public async Task AFloodOfConnectionsWithIdsPushesOthersOutAndNothingElse()
    {
        await using RunningServer server = await RunningServer.StartAsync(level: Serilog.Events.LogEventLevel.Warning);
        ConnectionId before = ConnectionId.Next(), last = default;
        Assert.Equal("x", await server.EchoAsync($"TCPCLOSE/1 half-close id={before}\nx"));
        for (int i = 0; i < ConnectionRecords.MaxRecords; i++)
            Assert.Equal("", await server.EchoAsync($"TCPCLOSE/1 half-close id={last = ConnectionId.Next()}\n"));
        Assert.Equal(Encoding.ASCII.GetString(ConnectionReport.Nothing(before).ToLine()), await server.EchoAsync($"TCPCLOSE/1 saw id={before}\n"));
        Assert.DoesNotContain("end=unknown", await server.EchoAsync($"TCPCLOSE/1 saw id={last}\n"), StringComparison.Ordinal);
    }

    private static (long? Last, long? Fin, long? Reply, long? Reset) Times(ConnectionReport saw) => (saw.Last, saw.Fin, saw.Reply, saw.Reset);

    /// <summary>A clock that goes when it is told to.</summary>
    private sealed class HandSetClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;

        public override long GetTimestamp() => _ticks;
    }
}
