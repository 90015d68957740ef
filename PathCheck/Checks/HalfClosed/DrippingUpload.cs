using System.Net.Sockets;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Sockets;

namespace PathCheck.Checks.HalfClosed;

/// <summary>
/// The mirror of <see cref="DrippingReply"/>: the server half-closes first, and the client's upload drips.
/// </summary>
internal sealed class DrippingUpload : Check, IDrip
{
    public override string Key => "server-first-drip";

    public override string Occasion => "when the server ends first and the upload drips";

    public override FirstCloser FirstCloser => FirstCloser.Server;

    public override bool SharesTimeout => false;

    public override string Title(TimeSpan hold) => "server ends, upload drips";

    public override Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late) =>
        RunAsync(far, Drip.LongerThan(far.LongestHold));

    public async Task<CheckResult> RunAsync(FarEndClient far, Drip drip)
    {
        using Probe probe = await Probe.OpenAsync(far, new PathRequest(Key, drip.Interval));
        await probe.ReadToEndAsync();
        if (probe.End.Kind == StreamEnd.Fin)
        {
            probe.End.StartAtFin();
            await probe.DripAsync(drip);
            probe.End.CheckPending();
            if (!probe.HasStalled) probe.Socket.Shutdown(SocketShutdown.Send);
        }

        ConnectionReport report = await probe.ReportAsync(r => r.HasEnded || probe.End.Kind != StreamEnd.Fin);
        probe.End.CheckPending();
        NearObservation near = probe.Observe();
        return PausedProcess.Apply(Classify(near, report, drip, far.Immediate), near, report, far.Timeout);
    }

    public override async Task ServeAsync(ObservedSocket socket, PathRequest request)
    {
        // Our FIN first. Server: FIN-WAIT-1, then FIN-WAIT-2. Client: CLOSE-WAIT.
        socket.Shutdown(SocketShutdown.Send);

        // The client is silent for the hold before each byte.
        do socket.ExtendInactivityTimeout(request.Hold);
        while (await socket.ReceiveAsync() is { Length: > 0 });

        socket.Dispose();
    }

    public CheckResult Classify(NearObservation near, ConnectionReport report, Drip drip, TimeSpan immediate)
    {
        bool isShort = report.Bytes < drip.Count;
        TimeSpan? endThere = Observations.Micros(report.Fin ?? report.Reset ?? report.Aborted);
        TimeSpan? cut = isShort ? Observations.Earliest(near.ResetAfter, endThere) : null;
        PathEffect effect =
            near.IsAltered || Observations.IsAltered(report, drip.Count) ? PathEffect.Altered
            : near.End != StreamEnd.Fin ? Observations.TheirFin(near)
            : isShort ? drip.EffectOf(report.Bytes, cut, immediate,
                near.ResetAfter is not null || report.Fin is null)
            : Observations.OurFin(report) ?? PathEffect.Preserved;
        return new CheckResult(this, null, effect, drip.Evidence(report.Bytes, near, report, effect))
        {
            CutAfter = Drip.TimeOf(effect, cut),
            CutBetween = drip.TimeBetween(effect, report.Bytes, cut, near.Pause),
            IsUncertain = report.End == ReportedEnd.Unknown || (effect.IsFault && report.Bytes == 0),
        };
    }
}
