using System.Net.Sockets;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace PathCheck.Checks.HalfClosed;

/// <summary>
/// The client half-closes first, and the server's reply drips: a byte now and then, for longer than the longest silence
/// of the other checks. If the path cuts a silence but not this reply, it limits the silence. If it cuts both, it
/// limits the time since the FIN.
/// </summary>
internal sealed class DrippingReply : Check, IDrip
{
    public override string Key => "client-first-drip";

    public override string Occasion => "when the client ends first and the reply drips";

    public override FirstCloser FirstCloser => FirstCloser.Client;

    public override bool SharesTimeout => false;

    public override string Title(TimeSpan hold) => "client ends, reply drips";

    public override Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late) =>
        RunAsync(far, Drip.LongerThan(far.LongestHold));

    public async Task<CheckResult> RunAsync(FarEndClient far, Drip drip)
    {
        using Probe probe = await Probe.OpenAsync(
            far, new PathRequest(Key, drip.Interval, drip.Count), Payload.Generated(drip.Count));
        await probe.WaitUntilRegisteredAsync();
        probe.End.Start();
        probe.Socket.Shutdown(SocketShutdown.Send);
        await probe.ReadToEndAsync(longer: drip.Length);

        ConnectionReport report = await probe.ReportAsync(
            r => r.HasEnded && (!probe.Received.IsShort || r.End != ReportedEnd.Open), waited: probe.End.Elapsed);
        NearObservation near = probe.Observe();
        return PausedProcess.Apply(Classify(near, report, drip, far.Immediate), near, report, far.Timeout);
    }

    public override async Task ServeAsync(ObservedSocket socket, PathRequest request)
    {
        // Read to the client's FIN. Server: CLOSE-WAIT. Client: FIN-WAIT-2.
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        byte[] one = new byte[1];
        for (long position = 0; position < new Drip(request.Hold, request.Bytes).Limited().Count; position++)
        {
            await socket.DelayAsync(request.Hold);
            TestPattern.Fill(one, position);
            await socket.SendAsync(one);
        }

        socket.Shutdown(SocketShutdown.Send);
        socket.Dispose();
    }

    public CheckResult Classify(NearObservation near, ConnectionReport report, Drip drip, TimeSpan immediate)
    {
        TimeSpan? endHere = near.End == StreamEnd.Nothing ? null
            : Observations.Later(near.EndedAfter - Observations.FinDelay(near, report), TimeSpan.Zero);
        TimeSpan? resetThere = Observations.Micros(report.Reset - report.Fin);
        TimeSpan? cut = near.IsShort ? Observations.Earliest(endHere, resetThere) : null;
        PathEffect effect = Observations.OurFin(report)
            ?? (near.IsAltered ? PathEffect.Altered
                : near.IsShort ? drip.EffectOf(near.Received, cut, immediate,
                    near.End != StreamEnd.Fin || report.Reset is not null)
                : Observations.TheirFin(near));
        return new CheckResult(this, null, effect, drip.Evidence(near.Received, near, report, effect))
        {
            CutAfter = Drip.TimeOf(effect, cut),
            CutBetween = drip.TimeBetween(effect, near.Received, cut, Observations.Micros(report.Pause) ?? default),
            IsUncertain = report.End == ReportedEnd.Unknown || (effect.IsFault && near.Received == 0),
        };
    }
}
