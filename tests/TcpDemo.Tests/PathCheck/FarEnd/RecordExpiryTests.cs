using PathCheck.FarEnd;
using PathCheck.Protocol;

namespace TcpDemo.Tests.PathCheck.FarEnd;

/// <summary>
/// A record expires ten minutes after the end of its connection, or earlier if there are too many records.
/// </summary>
[Trait("Tier", "Long")]
public sealed class RecordExpiryTests
{
    private static readonly TimeSpan OneTick = TimeSpan.FromTicks(1);

    private readonly HandSetClock _clock = new();

    [Fact]
    public void ARecordExpiresTenMinutesAfterItsConnectionHasEnded()
    {
        var records = new ConnectionRecords(_clock);
        ConnectionId id = ConnectionId.Next();
        ConnectionRecord one = records.Begin(id)!;

        // The record of an open connection never expires.
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(ReportedEnd.Open, records.ReportOf(id).End);
        one.MarkEnded();
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(ReportedEnd.Aborted, records.ReportOf(id).End);
        _clock.Advance(OneTick);
        Assert.Equal(ConnectionReport.Nothing(id), records.ReportOf(id));

        // The id can be used again.
        Assert.NotNull(records.Begin(id));
    }

    [Fact]
    public void TheTimesOfARecordAreThoseOfTheServersClock()
    {
        var records = new ConnectionRecords(_clock);
        ConnectionId id = ConnectionId.Next();
        ConnectionRecord one = records.Begin(id)!;
        _clock.Advance(TimeSpan.FromSeconds(1));
        one.Received(0, "x"u8, afterOurFin: false);
        _clock.Advance(TimeSpan.FromSeconds(1));
        one.MarkFin(ago: TimeSpan.FromSeconds(0.25));
        one.Sent(0, default);
        _clock.Advance(TimeSpan.FromSeconds(1));
        one.ResetReceived(default, "");
        one.MarkEnded();
        Assert.Equal((1_000_000, 1_750_000, 2_000_000, 3_000_000), Times(records.ReportOf(id)));
    }

    [Fact]
    public void AnEndOfStreamIsNeverEarlierThanTheLastByte()
    {
        var records = new ConnectionRecords(_clock);
        ConnectionId id = ConnectionId.Next();
        ConnectionRecord one = records.Begin(id)!;
        _clock.Advance(TimeSpan.FromSeconds(1));
        one.Received(0, "x"u8, afterOurFin: false);
        one.MarkFin(ago: TimeSpan.FromSeconds(0.5));
        Assert.Equal(1_000_000, records.ReportOf(id).Fin);
    }

    [Fact]
    public async Task TheTimeOfAnEndIsNeverReadWhileItIsBeingWritten()
    {
        // The clock does not advance during the loop, so a time other than zero results from a torn read.
        _clock.Advance(TimeSpan.FromDays(1));
        for (int i = 0; i < 20_000; i++)
        {
            var record = new ConnectionRecord(ConnectionId.Next(), null, _clock);
            Task ending = Task.Run(record.MarkEnded);
            while (record.EndedAgo is var ago)
            {
                if (ago is null) continue;
                Assert.Equal(TimeSpan.Zero, ago);
                break;
            }

            await ending;
        }
    }

    [Fact]
    public void OnlyTheLatest1024RecordsAreKept()
    {
        var records = new ConnectionRecords(_clock);
        ConnectionId[] ids = [.. Enumerable.Range(0, 5000).Select(_ => ConnectionId.Next())];

        // Records of ended and of open connections are dropped.
        for (int i = 0; i < ids.Length; i++)
            if (records.Begin(ids[i])! is var begun && i % 2 == 0) begun.MarkEnded();
        Assert.Equal([.. ids[^1024..]], ids.Where(id => records.ReportOf(id).End != ReportedEnd.Unknown));
    }

    [Fact]
    public void AGuessedIdRevealsAndChangesNothing()
    {
        var records = new ConnectionRecords(_clock);
        ConnectionId id = ConnectionId.Next();
        records.Begin(id)!.Received(0, "secret"u8, afterOurFin: false);
        for (int bit = 0; bit < 128; bit++)
        {
            var near = new ConnectionId(id.Number ^ (UInt128.One << bit));
            Assert.Equal(ConnectionReport.Nothing(near), records.ReportOf(near));
        }

        Assert.Equal((ReportedEnd.Open, 6), (records.ReportOf(id).End, records.ReportOf(id).Bytes));
    }

    [Fact]
    public async Task AFloodOfConnectionsWithIdsOnlyEvictsOtherRecords()
    {
        await using RunningServer server =
            await RunningServer.StartFarEndAsync(level: Serilog.Events.LogEventLevel.Warning);
        ConnectionId before = ConnectionId.Next(), last = default;
        Assert.Equal("x", await server.EchoAsync($"PATHCHECK/1 both-at-once id={before}\nx"));
        for (int i = 0; i < ConnectionRecords.MaxRecords; i++)
            Assert.Equal("", await server.EchoAsync($"PATHCHECK/1 both-at-once id={last = ConnectionId.Next()}\n"));
        Assert.Equal(
            Encoding.ASCII.GetString(ConnectionReport.Nothing(before).ToLine()),
            await server.EchoAsync($"PATHCHECK/1 report id={before}\n"));
        Assert.DoesNotContain(
            "end=unknown", await server.EchoAsync($"PATHCHECK/1 report id={last}\n"), StringComparison.Ordinal);
    }

    private static (long? Last, long? Fin, long? Reply, long? Reset) Times(ConnectionReport saw) =>
        (saw.Last, saw.Fin, saw.Reply, saw.Reset);

    /// <summary>A clock that the test advances.</summary>
    private sealed class HandSetClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;

        public override long GetTimestamp() => _ticks;
    }
}
