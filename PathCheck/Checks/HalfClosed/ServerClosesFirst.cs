using System.Net.Sockets;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Events;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace PathCheck.Checks.HalfClosed;

/// <summary>
/// The server half-closes first, and the client uploads after a silence: do the whole upload and the FIN arrive?
/// </summary>
internal sealed class ServerClosesFirst : Check
{
    public override string Key => "server-first";

    public override string Occasion => "when the server ends first";

    public override FirstCloser FirstCloser => FirstCloser.Server;

    public override bool HasHold => true;

    public override string Title(TimeSpan hold) =>
        hold > TimeSpan.Zero ? $"server ends, upload after {new Duration(hold)}" : "server ends, immediate upload";

    public override async Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late)
    {
        using Probe probe = await Probe.OpenAsync(far, new PathRequest(Key, hold));

        // Read to the far end's FIN.
        await probe.ReadToEndAsync();
        if (probe.End.Kind == StreamEnd.Fin)
        {
            probe.End.StartAtFin();
            await probe.HoldAsync(hold);
            await probe.SendAsync(Payload.Generated(late));
            probe.End.CheckPending();
            if (!probe.HasStalled) probe.Socket.Shutdown(SocketShutdown.Send);
        }

        ConnectionReport report = await probe.ReportAsync(r => r.HasEnded || probe.End.Kind != StreamEnd.Fin);
        probe.End.CheckPending();
        NearObservation near = probe.Observe();
        return PausedProcess.Apply(Classify(near, report, hold, late), near, report, far.Timeout);
    }

    public override async Task ServeAsync(ObservedSocket socket, PathRequest request)
    {
        // Our FIN first. Server: FIN-WAIT-1, then FIN-WAIT-2. Client: CLOSE-WAIT.
        socket.Shutdown(SocketShutdown.Send);

        // Read to the client's FIN. The client is silent for the hold before its upload.
        socket.ExtendInactivityTimeout(request.Hold);
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        socket.Dispose();
    }

    public CheckResult Classify(NearObservation near, ConnectionReport report, TimeSpan hold, long late)
    {
        TimeSpan? endThere = Observations.Micros(report.Fin ?? report.Reset ?? report.Aborted);
        TimeSpan? early = report.Bytes < late ? TimingTolerance.Before(endThere, hold) : null;
        TimeSpan? cut = Observations.Earliest(near.ResetAfter, early);
        PathEffect effect =
            near.IsAltered ? PathEffect.Altered
            : near.End != StreamEnd.Fin ? Observations.TheirFin(near)
            : Observations.IsAltered(report, late) ? PathEffect.Altered
            : report.Bytes < late ? cut is not null || (near.HasStalled && report.Bytes == 0) ? PathEffect.Cut
                : ShortUpload(report, late)
            : Observations.OurFin(report) ?? PathEffect.Preserved;
        string evidence =
            near.IsAltered ? $"client: {near.Received} bytes received that the server never sent"
            : near.End == StreamEnd.Fin ? Evidence.Transfer(effect, report.Bytes, late, near, report)
            : $"client: {Evidence.Name(near.End)}";
        return new CheckResult(this, hold, effect, evidence)
        {
            CutAfter = effect == PathEffect.Cut ? cut : null,
            ActualHold = near.ActualHold,
            IsUncertain = report.End == ReportedEnd.Unknown || near.HasStalled
                || (near.End == StreamEnd.Fin && report.Bytes == 0
                    && TimingTolerance.IsLate(endThere ?? near.ActualHold, hold)),
        };
    }

    private static PathEffect ShortUpload(ConnectionReport report, long late) =>
        Observations.StalledUpload(report, late)
        ?? (report.Fin is not null ? PathEffect.LostSilently : PathEffect.Cut);
}
