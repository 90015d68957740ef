using System.Net.Sockets;
using EchoServer.Hosting;
using Serilog.Events;
using SideBySide.Timeline;
using TcpClose.Cli;
using TcpClose.Events;

namespace TcpDemo.Tests.EchoServer.Hosting;

/// <summary>
/// A failed Accept concerns one connection, or the listener. If the listener fails, the server retries until a time
/// limit.
/// </summary>
public sealed class AcceptFailureTests
{
    private readonly CollectingSink _log = new();

    [Theory]
    [InlineData(SocketError.ConnectionAborted)]
    [InlineData(SocketError.ConnectionReset)]
    [InlineData(SocketError.HostUnreachable)]
    public void AConnectionThatEndedInTheBacklogIsNotAFailureOfTheListener(SocketError error)
    {
        AcceptFailures failures = Failures(TimeSpan.Zero);
        for (int i = 0; i < 100; i++) failures.Handle(new SocketException((int)error), CancellationToken.None);
        failures.Clear();
        Assert.All(_log.Events, e => Assert.Equal(LogEventLevel.Debug, e.Level));
    }

    [Fact]
    public void AListenerThatKeepsFailingIsLoggedOnceAndThenGivenUp()
    {
        AcceptFailures failures = Failures(TimeSpan.FromMilliseconds(500));
        int retries = 0;
        CommandException end = Assert.Throws<CommandException>(Retry);
        Assert.StartsWith("Accept still fails after 500ms (TooManyOpenSockets: ", end.Message,
            StringComparison.Ordinal);
        Assert.Equal("Accept failed (TooManyOpenSockets); retrying for 500ms", Sentence(Assert.Single(_log.Events)));

        // The pauses grow: 10, 20, 40, 80, 160, 320 ms. Without them, all 20 retries would fit into the 500 ms.
        Assert.InRange(retries, 1, 10);

        void Retry()
        {
            for (; retries < 20; retries++) failures.Handle(TooManyFiles, CancellationToken.None);
        }
    }

    [Fact]
    public void AListenerThatRecoversIsLoggedOnce()
    {
        AcceptFailures failures = Failures(TimeSpan.FromMinutes(1));
        for (int i = 0; i < 3; i++) failures.Handle(TooManyFiles, CancellationToken.None);
        failures.Clear();
        failures.Clear();
        Assert.Equal(
            ["Accept failed (TooManyOpenSockets); retrying for 60s", "Accept succeeds again"],
            _log.Events.Select(Sentence));
    }

    [Fact]
    public async Task AStopEndsThePause()
    {
        using var stop = new CancellationTokenSource();
        AcceptFailures failures = Failures(TimeSpan.FromHours(1));

        // Without the stop, ten failures would cause pauses of more than 4 s in total.
        stop.Cancel();
        Task retries = Task.Run(() =>
        {
            for (int i = 0; i < 1000; i++) failures.Handle(TooManyFiles, stop.Token);
        });
        await retries.WithTimeout();
    }

    [Fact]
    public async Task AfterTheStopNothingIsLoggedAboutAccepting()
    {
        using var limiter = new ConnectionLimiter(1, new CloseLog(_log.Logger, Side.Server));
        using var stop = new CancellationTokenSource();
        Assert.True(limiter.TryWait(stop.Token));
        Task<bool> second = Task.Run(() => limiter.TryWait(stop.Token));
        await Eventually.BecomesTrueAsync(() => _log.Events.Count == 1);
        Assert.Equal("accepting paused: 1 connection (--max-connections)", Sentence(_log.Events[0]));
        stop.Cancel();
        Assert.False(await second.WithTimeout());
        limiter.Stop();
        limiter.Release();
        Assert.Single(_log.Events);
    }

    private static SocketException TooManyFiles => new((int)SocketError.TooManyOpenSockets);

    private static string Sentence(LogEvent e) => e.Get<string>("Sentence")!;

    private AcceptFailures Failures(TimeSpan giveUpAfter) =>
        new(new CloseLog(_log.Logger, Side.Server)) { GiveUpAfter = giveUpAfter };
}
