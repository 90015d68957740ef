using EchoServer.Scenarios;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Kernel;
using TcpClose.Sockets;

namespace PathCheck.Checks.Ends;

/// <summary>
/// A FIN without any data, on several connections: does it arrive? Some relays wait for a first byte. The far end's
/// answer proves that the FIN arrived. If there is no answer, PathCheck compares times (<see cref="LoneFins"/>).
/// </summary>
internal sealed class FinWithoutData : Check
{
    private const int Count = 8;

    // After MinLife, each connection sends its FIN at a random time within its own slot.
    private static readonly TimeSpan MinLife = 2 * BytelessReport.MinLife, Slot = TimeSpan.FromMilliseconds(80);
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    public override string Key => "fin-alone";

    public override string Occasion => "when a FIN is sent without any data";

    public override string? ClientCall => $"Shutdown(Send), on each of {Connections} connections without data";

    public override FirstCloser FirstCloser => FirstCloser.Client;

    // No test data follows the client's FIN.
    public override bool SharesTimeout => false;

    public override int Connections => Count;

    public override string Title(TimeSpan hold) => "end of stream without any data";

    public override async Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late)
    {
        long beganAt = Clock.Now;
        LoneFinConnection[] ours =
            await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => LoneFinConnection.OpenAsync(far)));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(far.Stop);
        int[] slots = [.. Enumerable.Range(0, Connections)];
        Random.Shared.Shuffle(slots);
        TimeSpan[] lives = [.. slots.Select(slot => MinLife + ((slot + Random.Shared.NextDouble()) * Slot))];
        Task reading = Task.WhenAll(ours.Zip(lives, (one, life) => one.FinishAsync(life, over.Token)));
        try
        {
            await Task.Delay(MinLife + (Connections * Slot), far.Stop);
            return await ObserveAsync(far, ours, reading, beganAt);
        }
        finally
        {
            await over.CancelAsync();
            await reading;
            foreach (LoneFinConnection one in ours) one.Dispose();
        }
    }

    /// <summary>
    /// Runs the far end's half: answers the client's FIN with <paramref name="id"/>. No byte precedes the FIN, so there
    /// is no request.
    /// </summary>
    public static Task AnswerAsync(ObservedSocket socket, ConnectionId id) =>
        LingeringClose.SendAndCloseAsync(socket, new FinAnswer(id).ToLine());

    public override Task ServeAsync(ObservedSocket socket, PathRequest request) =>
        AnswerAsync(socket, request.Id!.Value);

    public CheckResult Classify(LoneFins fins)
    {
        StreamEnd end = fins.Effect == PathEffect.Preserved ? StreamEnd.Fin
            : fins.Effect == PathEffect.FinBecameReset ? StreamEnd.Reset
            : StreamEnd.Nothing;
        string evidence = end == StreamEnd.Nothing && !fins.HaveConnected ? "no connection" : Evidence.Name(end);
        return new CheckResult(this, null, fins.Effect, $"server: {evidence}")
        {
            IsUncertain = fins.Effect == PathEffect.NotForwarded,
            Doubt = fins.IsCertain ? null
                : "connections of other clients look like those of this check, or the path delays them",
        };
    }

    // Polls until the end of every connection is found, within the time-out.
    private async Task<CheckResult> ObserveAsync(FarEndClient far, LoneFinConnection[] ours, Task reading, long beganAt)
    {
        for (long until = Clock.Deadline(far.Timeout + LoneFins.ClaimTime); ;
            await Task.WhenAny(reading, Task.Delay(PollInterval, far.Stop)))
        {
            if (ours.All(o => o.IsAnswered))
            {
                await reading;
                return Classify(new LoneFins(Connections, Connections, 0, 0, 0, 0, IsComplete: true));
            }

            long askedAt = Clock.Now;
            BytelessReport report = await far.BytelessAsync(Clock.Since(beganAt));
            TimeSpan took = Clock.Since(askedAt);
            var fins = LoneFins.Match([.. ours.Select(o => o.ToLoneFin())], report, Tolerance + took);
            if (fins.IsFound || Clock.Now > until)
            {
                TimeSpan pause = PauseDetector.OfProcess.LongestSince(Clock.Since(beganAt));
                return PausedProcess.Apply(Classify(fins), pause, report.Pause, far.Timeout);
            }
            if (reading.IsCompleted) await Task.Delay(PollInterval, far.Stop);
        }
    }
}
