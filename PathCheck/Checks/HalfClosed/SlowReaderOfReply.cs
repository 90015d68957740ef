using System.Net.Sockets;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace PathCheck.Checks.HalfClosed;

/// <summary>
/// The client half-closes first, the server sends much, and the client reads slowly: does all of it arrive? Some paths
/// close a while after the last FIN although they still hold data.
/// </summary>
internal sealed class SlowReaderOfReply : Check
{
    /// <summary>More than the buffers of a path usually hold.</summary>
    public const long Size = 12 * 1024 * 1024;

    /// <summary>The rate of the slow reader. It reads everything in about four seconds.</summary>
    public const double BytesPerSecond = 3 * 1024 * 1024;

    public override string Key => "client-first-slow-reader";

    public override string Occasion => "when the client ends first and reads slowly";

    public override FirstCloser FirstCloser => FirstCloser.Client;

    public override string Title(TimeSpan hold) => "client ends, slow to read 12 MiB";

    public override async Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late)
    {
        using Probe probe = await Probe.OpenAsync(far, new PathRequest(Key, default, Size), Payload.Generated(Size));
        probe.Socket.ReceiveBufferSize = ReadingPace.BufferSize;
        await probe.WaitUntilRegisteredAsync();
        probe.End.Start();
        probe.Socket.Shutdown(SocketShutdown.Send);
        await probe.ReadToEndAsync(pace: new ReadingPace(BytesPerSecond));

        ConnectionReport report = await probe.ReportAsync(
            r => r.HasEnded && (!probe.Received.IsShort || r.End != ReportedEnd.Open), waited: probe.End.Elapsed);
        NearObservation near = probe.Observe();
        return PausedProcess.Apply(Classify(near, report), near, report, far.Timeout);
    }

    public override async Task ServeAsync(ObservedSocket socket, PathRequest request)
    {
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        await socket.SendAsync(Payload.Generated(request.Bytes));
        socket.Shutdown(SocketShutdown.Send);
        socket.Dispose();
    }

    public CheckResult Classify(NearObservation near, ConnectionReport report)
    {
        PathEffect effect = Observations.OurFin(report)
            ?? (near.IsAltered ? PathEffect.Altered
                : near.IsShort ? Observations.ShortReply(near, report, null)
                : Observations.TheirFin(near));
        string evidence = Evidence.Transfer(effect, near.Received, near.Expected, near, report);
        return new CheckResult(this, null, effect, evidence)
        {
            CutAfter = effect == PathEffect.Cut && near.End != StreamEnd.Nothing ? near.EndedAfter : null,
            EndedAfter = near.EndedAfterHalfClose,
            IsUncertain = report.End == ReportedEnd.Unknown || effect == PathEffect.Stalled,
        };
    }
}
