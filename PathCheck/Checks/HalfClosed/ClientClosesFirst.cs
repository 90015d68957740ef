using System.Net.Sockets;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Events;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace PathCheck.Checks.HalfClosed;

/// <summary>
/// The client half-closes first, and the server replies after a silence: do the whole reply and the FIN arrive?
/// </summary>
internal sealed class ClientClosesFirst : Check
{
    public override string Key => "client-first";

    public override string Occasion => "when the client ends first";

    public override FirstCloser FirstCloser => FirstCloser.Client;

    public override bool HasHold => true;

    public override string Title(TimeSpan hold) =>
        hold > TimeSpan.Zero ? $"client ends, reply after {new Duration(hold)}" : "client ends, immediate reply";

    public override async Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late)
    {
        using Probe probe = await Probe.OpenAsync(far, new PathRequest(Key, hold, late), Payload.Generated(late));
        await probe.WaitUntilRegisteredAsync();

        // Our FIN. The far end is silent for the hold, and then sends its reply and its FIN.
        probe.End.Start();
        probe.Socket.Shutdown(SocketShutdown.Send);
        await probe.ReadToEndAsync(longer: hold);

        // A delayed FIN is not a fault: the far end has the whole time-out to receive it.
        ConnectionReport report = await probe.ReportAsync(r => r.HasEnded, waited: probe.End.Elapsed);

        // If the reply is incomplete, and the stream did not end before the reply was due, the far end may still be
        // sending the reply.
        if (probe.Received.IsShort && probe.End.After >= hold - TimingTolerance.Grain)
            report = await probe.ReportAsync(r => r.End != ReportedEnd.Open, waited: probe.End.Elapsed);
        NearObservation near = probe.Observe();
        return PausedProcess.Apply(Classify(near, report, hold), near, report, far.Timeout);
    }

    public override async Task ServeAsync(ObservedSocket socket, PathRequest request)
    {
        // Read to the client's FIN. Server: CLOSE-WAIT. Client: FIN-WAIT-2.
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        await socket.DelayAsync(request.Hold);
        await socket.SendAsync(Payload.Generated(request.Bytes));
        socket.Shutdown(SocketShutdown.Send);
        socket.Dispose();
    }

    public CheckResult Classify(NearObservation near, ConnectionReport report, TimeSpan hold)
    {
        TimeSpan? endHere = near.End == StreamEnd.Nothing ? null
            : Observations.Later(near.EndedAfter - Observations.FinDelay(near, report), TimeSpan.Zero);
        TimeSpan? resetThere = Observations.Micros(report.Reset - report.Fin);
        TimeSpan? silence = Observations.Micros(report.Reply - report.Fin);
        TimeSpan? cut = Observations.Earliest(
            TimingTolerance.Before(endHere, hold), TimingTolerance.Before(resetThere, hold));
        PathEffect effect = Observations.OurFin(report)
            ?? (near.IsAltered ? PathEffect.Altered
                : near.IsShort ? Observations.ShortReply(near, report, cut)
                : Observations.TheirFin(near));
        string evidence = Evidence.Transfer(effect, near.Received, near.Expected, near, report);
        return new CheckResult(this, hold, effect, evidence)
        {
            CutAfter = effect == PathEffect.Cut ? cut ?? (report.End == ReportedEnd.Reset ? endHere : null) : null,
            ActualHold = silence,
            IsUncertain = report.End == ReportedEnd.Unknown
                || (near is { Received: 0, IsShort: true } && TimingTolerance.IsLate(endHere ?? silence, hold)),
        };
    }
}
