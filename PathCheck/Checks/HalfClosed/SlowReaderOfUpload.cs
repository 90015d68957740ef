using System.Net.Sockets;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace PathCheck.Checks.HalfClosed;

/// <summary>
/// The mirror of <see cref="SlowReaderOfReply"/>: the client uploads much, and the server reads slowly.
/// </summary>
internal sealed class SlowReaderOfUpload : Check
{
    private const long Size = SlowReaderOfReply.Size;

    public override string Key => "server-first-slow-reader";

    public override string Occasion => "when the server ends first and reads slowly";

    public override FirstCloser FirstCloser => FirstCloser.Server;

    public override string Title(TimeSpan hold) => "server ends, slow to read 12 MiB";

    public override async Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late)
    {
        using Probe probe = await Probe.OpenAsync(far, new PathRequest(Key));
        await probe.ReadToEndAsync();
        if (probe.End.Kind == StreamEnd.Fin)
        {
            probe.End.StartAtFin();
            await probe.SendAsync(Payload.Generated(Size));
            probe.End.CheckPending();
            if (!probe.HasStalled) probe.Socket.Shutdown(SocketShutdown.Send);
        }

        ConnectionReport report = await probe.ReportAsync(r => r.HasEnded || probe.End.Kind != StreamEnd.Fin);
        probe.End.CheckPending();
        NearObservation near = probe.Observe();
        return PausedProcess.Apply(Classify(near, report), near, report, far.Timeout);
    }

    public override async Task ServeAsync(ObservedSocket socket, PathRequest request)
    {
        socket.LimitReceiveBuffer(ReadingPace.BufferSize);
        socket.Shutdown(SocketShutdown.Send);
        var pace = new ReadingPace(SlowReaderOfReply.BytesPerSecond);
        while (await socket.ReceiveAsync() is { Length: > 0 })
            await pace.DelayAsync(socket.BytesReceived, socket.DelayAsync);
        socket.Dispose();
    }

    public CheckResult Classify(NearObservation near, ConnectionReport report)
    {
        TimeSpan? cut = report.Bytes < Size ? Observations.Earliest(near.ResetAfter,
            Observations.Micros(report.Reset ?? report.Aborted)) : null;
        PathEffect effect =
            near.IsAltered || Observations.IsAltered(report, Size) ? PathEffect.Altered
            : near.End != StreamEnd.Fin ? Observations.TheirFin(near)
            : report.Bytes < Size ? Observations.StalledUpload(report, Size)
                ?? (report.Fin is not null && near.ResetAfter is null ? PathEffect.LostSilently : PathEffect.Cut)
            : Observations.OurFin(report) ?? PathEffect.Preserved;
        return new CheckResult(this, null, effect, Evidence.Transfer(effect, report.Bytes, Size, near, report))
        {
            CutAfter = effect == PathEffect.Cut ? cut : null,
            EndedAfter = Observations.Micros(report.Fin ?? report.Reset ?? report.Aborted),
            IsUncertain = report.End == ReportedEnd.Unknown || near.HasStalled,
        };
    }
}
