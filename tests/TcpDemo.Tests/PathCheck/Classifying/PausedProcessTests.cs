using System.Diagnostics;
using System.Net.Sockets;
using PathCheck;
using PathCheck.Checks;
using PathCheck.Checks.HalfClosed;
using PathCheck.Checks.Resets;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using PathCheck.Running;
using SideBySide.Running;
using TcpClose.Scenarios;

namespace TcpDemo.Tests.PathCheck.Classifying;

/// <summary>A fault that a check finds during a long pause of a process (SIGSTOP, docker pause) is uncertain.</summary>
[Trait("Tier", "Long")]
public sealed class PausedProcessTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2), Pause = TimeSpan.FromSeconds(3);

    [Fact]
    public void APauseIsTheDelayOfTheThreadBeyondItsInterval()
    {
        long now = 0;
        var detector = new PauseDetector(() => now);
        void Run(double seconds, bool beat = true)
        {
            now += (long)(seconds * 1e9);
            if (beat) detector.Beat();
        }

        Run(0.02);
        Run(0.1);
        Assert.Equal(TimeSpan.Zero, detector.LongestSince(TimeSpan.FromSeconds(10)));
        Run(3.02);
        Run(0.02);
        Assert.Equal(TimeSpan.FromSeconds(3), detector.LongestSince(TimeSpan.FromSeconds(1)));

        // A pause does not affect later checks. A pause that has just ended is detected even before the thread that
        // watches for pauses has run again.
        for (int i = 0; i < 100; i++) Run(0.02);
        Assert.Equal(TimeSpan.Zero, detector.LongestSince(TimeSpan.FromSeconds(1)));
        Run(1.02, beat: false);
        Assert.Equal(TimeSpan.FromSeconds(1), detector.LongestSince(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task BytesThatHaveArrivedAreReadAfterADeadline()
    {
        // This process reads late, as after a pause that outlasted the deadline.
        await using RunningServer server = await RunningServer.StartFarEndAsync();
        var far = new FarEndClient(
            new PathCheckOptions { Port = server.EndPoint.Port, Timeout = Timeout }, CancellationToken.None);
        using Probe probe = await Probe.OpenAsync(
            far, new PathRequest("client-first", Bytes: 1000), Payload.Generated(1000));
        probe.Socket.Shutdown(SocketShutdown.Send);
        await probe.ReportAsync(r => r.End == ReportedEnd.Fin);
        probe.ReadWhatHasArrived();
        Assert.Equal((StreamEnd.Fin, 1000, false), (probe.End.Kind, probe.Received.Received, probe.Received.IsShort));
    }

    [Theory]
    [InlineData(0.1, false)]
    [InlineData(0.6, true)]
    public void AFaultDuringAPauseOfAQuarterOfTheTimeoutIsInDoubt(double pause, bool isInDoubt)
    {
        CheckResult fault = new(new ServerReset(), null, PathEffect.NotForwarded, ""),
            good = fault with { Effect = PathEffect.Preserved };
        CheckResult near = PausedProcess.Apply(fault, TimeSpan.FromSeconds(pause), TimeSpan.Zero, Timeout);
        CheckResult far = PausedProcess.Apply(fault, TimeSpan.Zero, TimeSpan.FromSeconds(pause), Timeout);
        Assert.Equal(isInDoubt ? "this process was paused for 600.0 ms" : null, near.Doubt);
        Assert.Equal(isInDoubt ? "the far end's process was paused for 600.0 ms" : null, far.Doubt);
        Assert.Null(PausedProcess.Apply(good, Pause, Pause, Timeout).Doubt);
    }

    [Fact]
    public async Task AResultThatStaysInDoubtIsNotJudged()
    {
        CheckResult doubtful = new(new ServerReset(), null, PathEffect.NotForwarded, "seen") { Doubt = "paused" };
        CheckResult never = Assert.Single(await UncertainCheckRetry.RetryAsync([doubtful], r => Task.FromResult(r)));
        Assert.Equal((PathEffect.NotJudged, "paused"), (never.Effect, never.Evidence));
        CheckResult then = Assert.Single(
            await UncertainCheckRetry.RetryAsync([doubtful], r => Task.FromResult(r with { Doubt = null })));
        Assert.Equal((PathEffect.NotForwarded, "seen"), (then.Effect, then.Evidence));
    }

    [ConditionalFact]
    public async Task AFarEndThatIsPausedBeforeItsReplyIsDueReportsThePause()
    {
        await using FarEndConsole server = await FarEndConsole.StartAsync();
        var far =
            new FarEndClient(new PathCheckOptions { Port = server.Port, Timeout = Timeout }, CancellationToken.None);
        Task<CheckResult> check = new ClientClosesFirst().RunAsync(far, TimeSpan.FromSeconds(1), 1000);
        await Task.Delay(TimeSpan.FromSeconds(0.5));
        await StopAsync(server.Id, Pause);
        CheckResult result = await check.WithTimeout();
        Assert.True(result.Effect == PathEffect.Preserved || result.Doubt is not null, $"{result}");
    }

    [ConditionalTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ARunWithAPausedProcessFindsNoFaultInAGoodPath(bool nearEnd)
    {
        await using FarEndConsole server = await FarEndConsole.StartAsync();
        using Process run = ConsoleProcess.StartProgram(
            Programs.Ours("PathCheck"), ["run", $"127.0.0.1:{server.Port}", "--hold", "0,4s", "--timeout", "3s"]);
        Task<string> output = run.StandardOutput.ReadToEndAsync(), errors = run.StandardError.ReadToEndAsync();

        // Wait until the half-closed connections are silent. A reply and an upload become due during the pause that
        // follows.
        await Eventually.BecomesTrueAsync(() => server.EventCount > 150);
        await Task.Delay(TimeSpan.FromSeconds(2));
        await StopAsync(nearEnd ? run.Id : server.Id, TimeSpan.FromSeconds(6));
        await run.WaitForExitAsync().WithTimeout();
        Assert.True(run.ExitCode is 0 or 1, await output + await errors);
        Assert.DoesNotContain("does not preserve", await output, StringComparison.Ordinal);
    }

    private static async Task StopAsync(int process, TimeSpan time)
    {
        Programs.Signal(process, 19);
        await Task.Delay(time);
        Programs.Signal(process, 18);
    }
}
