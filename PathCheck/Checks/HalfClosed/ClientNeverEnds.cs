using System.Net.Sockets;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace PathCheck.Checks.HalfClosed;

/// <summary>
/// The mirror of <see cref="ServerNeverEnds"/>: the server half-closes, and the client uploads but never ends.
/// </summary>
internal sealed class ClientNeverEnds : Check
{
    public override string Key => "server-first-no-end";

    public override string Occasion => "when only the server ends";

    public override FirstCloser FirstCloser => FirstCloser.Server;

    public override bool NeedsGivenHold => true;

    public override bool SharesTimeout => false;

    public override string? ClientCall => null;

    public override string Title(TimeSpan hold) => "server ends, client never does";

    public override async Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late)
    {
        using Probe probe = await Probe.OpenAsync(far, new PathRequest(Key, far.LongestHold));
        await probe.ReadToEndAsync();
        bool hasUploaded = probe.End.Kind == StreamEnd.Fin;
        if (hasUploaded)
        {
            probe.End.StartAtFin();
            await probe.SendAsync(Payload.Generated(late));
            await probe.HoldAsync(far.LongestHold);
        }

        // A busy far end may not have read the whole upload yet.
        ConnectionReport report =
            await probe.ReportAsync(r => !hasUploaded || r.HasEnded || r.Bytes >= late, waited: far.LongestHold);
        probe.End.CheckPending();
        NearObservation near = probe.Observe();
        return PausedProcess.Apply(Classify(near, report, late, far), near, report, far.Timeout);
    }

    public override async Task ServeAsync(ObservedSocket socket, PathRequest request)
    {
        socket.Shutdown(SocketShutdown.Send);
        do socket.ExtendInactivityTimeout(request.Hold + ServerNeverEnds.Margin);
        while (await socket.ReceiveAsync() is { Length: > 0 });

        socket.Dispose();
    }

    private CheckResult Classify(NearObservation near, ConnectionReport report, long late, FarEndClient far)
    {
        long? end = report.Fin ?? report.Reset ?? report.Aborted;
        TimeSpan? gaveUp = Observations.Earliest(
            near.ResetAfter, Observations.Micros(end is null ? null : end - (report.Last ?? 0)));
        PathEffect effect =
            near.IsAltered || Observations.IsAltered(report, late) ? PathEffect.Altered
            : near.End != StreamEnd.Fin ? Observations.TheirFin(near)
            : report.Bytes < late ? gaveUp <= far.Immediate ? PathEffect.FullClose
                : gaveUp is null ? PathEffect.Stalled : PathEffect.Cut
            : gaveUp is not null ? PathEffect.GaveUp : PathEffect.StillOpen;
        return new CheckResult(this, null, effect, effect.IsFault
            ? Evidence.Transfer(effect, report.Bytes, late, near, report)
            : NeverEnds.Evidence(gaveUp, far.LongestHold))
        {
            CutAfter = effect == PathEffect.GaveUp || effect == PathEffect.Cut ? gaveUp : null,
            IsUncertain = report.End == ReportedEnd.Unknown || effect.IsFault,
        };
    }
}
