using System.Net.Sockets;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace PathCheck.Checks.Ends;

/// <summary>
/// A large transfer in both directions simultaneously, with a reader that lets the buffers fill: is anything lost or
/// altered?
/// </summary>
internal sealed class FullDuplexTransfer : Check
{
    /// <summary>The stable name of the check.</summary>
    public const string Name = "both-at-once";

    /// <summary>The number of bytes in each direction.</summary>
    public const long Size = 4 * 1024 * 1024;

    private const int SmallBuffer = 64 * 1024;
    private static readonly TimeSpan ReaderPause = TimeSpan.FromMilliseconds(200);

    public override string Key => Name;

    public override string Occasion => "when the client ends first";

    public override FirstCloser FirstCloser => FirstCloser.Client;

    // The transfer fills buffers and keeps a processor busy.
    public override bool RunsAlone => true;

    public override string Title(TimeSpan hold) => "full duplex, 4 MiB each way";

    public override async Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late)
    {
        using Probe probe = await Probe.OpenAsync(far, new PathRequest(Key), Payload.Generated(Size));
        probe.Socket.ReceiveBufferSize = SmallBuffer;
        await probe.WaitUntilRegisteredAsync();

        // We do not read at first, so the echo fills the buffers of the whole path.
        await Task.WhenAll(SendAndFinishAsync(probe), ReadAfterPauseAsync(probe, far.Stop));

        ConnectionReport report = await probe.ReportAsync(r => r.HasEnded, waited: probe.End.Elapsed);

        // If the echo is incomplete, the far end may still be sending: wait until its connection has ended.
        if (probe.Received.IsShort)
            report = await probe.ReportAsync(r => r.End != ReportedEnd.Open, waited: probe.End.Elapsed);
        NearObservation near = probe.Observe();
        return PausedProcess.Apply(Classify(near, report, Size), near, report, far.Timeout);
    }

    public override async Task ServeAsync(ObservedSocket socket, PathRequest request)
    {
        // In EchoWithoutFin the client is silent for the hold before each byte.
        while (true)
        {
            socket.ExtendInactivityTimeout(request.Hold);
            if (await socket.ReceiveAsync() is not { Length: > 0 } bytes) break;
            await socket.SendAsync(bytes);
        }

        socket.Shutdown(SocketShutdown.Send);
        socket.Dispose();
    }

    public CheckResult Classify(NearObservation near, ConnectionReport report, long size)
    {
        // A far end that cannot send the echo does not read on, so it does not reach our FIN.
        bool isStuck = near is { IsShort: true, End: StreamEnd.Nothing } && !report.HasEnded;
        PathEffect effect = Observations.Stalled(near)
            ?? (isStuck ? PathEffect.Stalled : null)
            ?? Observations.OurFin(report, size)
            ?? (near.IsAltered || Observations.IsAltered(report, size) ? PathEffect.Altered
                : near.IsShort || report.Bytes < size ? Observations.ShortReply(near, report, null)
                : Observations.TheirFin(near));
        TimeSpan? cut = effect == PathEffect.Cut && near.End != StreamEnd.Nothing ? near.EndedAfterHalfClose : null;
        bool isWhole = report.Bytes == size && near.Received == size;
        string evidence = isWhole
            ? "all arrived in both directions"
            : $"{report.Bytes} bytes arrived, {near.Received} returned";
        return new CheckResult(this, null, effect, evidence)
        {
            CutAfter = cut,
            EndedAfter = near.EndedAfterHalfClose,
            IsUncertain = report.End == ReportedEnd.Unknown || effect == PathEffect.Stalled
                || TimingTolerance.IsLate(cut, TimeSpan.Zero),
        };
    }

    private static async Task ReadAfterPauseAsync(Probe probe, CancellationToken stop)
    {
        await Task.Delay(ReaderPause, stop);
        await probe.ReadToEndAsync();
    }

    private static async Task SendAndFinishAsync(Probe probe)
    {
        await probe.SendAsync(Payload.Generated(Size));
        if (probe.HasStalled) return;
        probe.End.Start();
        probe.End.CheckPending();
        probe.Socket.Shutdown(SocketShutdown.Send);
    }
}
