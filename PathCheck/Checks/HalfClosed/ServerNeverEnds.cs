using System.Net.Sockets;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace PathCheck.Checks.HalfClosed;

/// <summary>
/// The client half-closes, and the server replies but never ends: does the path give up within the longest silence?
/// Neither answer is a fault.
/// </summary>
internal sealed class ServerNeverEnds : Check
{
    /// <summary>The far end waits this much longer than the near end watches.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    public override string Key => "client-first-no-end";

    public override string Occasion => "when only the client ends";

    public override FirstCloser FirstCloser => FirstCloser.Client;

    public override bool NeedsGivenHold => true;

    public override bool SharesTimeout => false;

    public override string? ServerCall => null;

    public override string Title(TimeSpan hold) => "client ends, server never does";

    public override async Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late)
    {
        using Probe probe = await Probe.OpenAsync(
            far, new PathRequest(Key, far.LongestHold, late), Payload.Generated(late));
        await probe.WaitUntilRegisteredAsync();
        probe.End.Start();
        probe.Socket.Shutdown(SocketShutdown.Send);
        await probe.ReadToEndAsync(quiet: far.LongestHold);
        ConnectionReport report = await probe.ReportAsync(r => r.HasEnded);
        NearObservation near = probe.Observe();
        return PausedProcess.Apply(Classify(near, report, far), near, report, far.Timeout);
    }

    public override async Task ServeAsync(ObservedSocket socket, PathRequest request)
    {
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        await socket.SendAsync(Payload.Generated(request.Bytes));
        await socket.DelayAsync(request.Hold + Margin);
        socket.Dispose();
    }

    private CheckResult Classify(NearObservation near, ConnectionReport report, FarEndClient far)
    {
        // If all data arrived and the far end then closed by itself, the path has not given up.
        TimeSpan? gaveUp = report.End == ReportedEnd.Fin && !near.IsShort ? null : Observations.Earliest(
            near.End == StreamEnd.Nothing ? null : near.EndedAfter, Observations.Micros(report.Reset - report.Fin));
        PathEffect effect = Observations.OurFin(report)
            ?? (near.IsAltered ? PathEffect.Altered
                : near.IsShort ? gaveUp <= far.Immediate ? PathEffect.FullClose
                    : Observations.ShortReply(near, report, gaveUp)
                : gaveUp is not null ? PathEffect.GaveUp : PathEffect.StillOpen);
        return new CheckResult(this, null, effect, effect.IsFault
            ? Evidence.Transfer(effect, near.Received, near.Expected, near, report)
            : NeverEnds.Evidence(gaveUp, far.LongestHold))
        {
            CutAfter = effect == PathEffect.GaveUp || effect == PathEffect.Cut ? gaveUp : null,
            IsUncertain = report.End == ReportedEnd.Unknown || effect.IsFault,
        };
    }
}
