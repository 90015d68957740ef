using System.Net.Sockets;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace PathCheck.Checks.Ends;

/// <summary>The mirror of <see cref="DataThenFin"/>, with the server's FIN. One more transfer is read slowly.</summary>
internal sealed class ServerDataThenFin : Check
{
    private const double SlowBytesPerSecond = 1024 * 1024;
    private static readonly long Much = DataThenFin.Sizes[^1];

    public override string Key => "end-of-stream-server";

    public override string Occasion => "when the server's FIN directly follows data";

    public override FirstCloser FirstCloser => FirstCloser.Server;

    // The client sends nothing after the server's FIN.
    public override bool SharesTimeout => false;

    public override int Connections => DataThenFin.Sizes.Count + 2;

    public override string Title(TimeSpan hold) => "server's data, then its FIN";

    public override async Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late)
    {
        long[] sizes = [late, .. DataThenFin.Sizes.Where(s => s != late)];
        Task<CheckResult> slow = RunOneAsync(far, Much, new ReadingPace(SlowBytesPerSecond));
        CheckResult[] results = await Task.WhenAll(sizes.Select(size => RunOneAsync(far, size, null)));
        return SeveralConnections.Worst(this,
            [.. results.Select((r, i) => (Evidence.Amount(sizes[i]), r)),
                ($"{Evidence.Amount(Much)} read slowly", await slow)], results.MaxBy(r => r.Gap)!.Evidence);
    }

    public override async Task ServeAsync(ObservedSocket socket, PathRequest request)
    {
        await socket.SendAsync(Payload.Generated(request.Bytes));
        socket.Shutdown(SocketShutdown.Send);
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        socket.Dispose();
    }

    public CheckResult Classify(NearObservation near, ConnectionReport report)
    {
        PathEffect effect = near.IsAltered ? PathEffect.Altered
            : near.IsShort ? Observations.ShortReply(near, report, null)
            : Observations.TheirFin(near);
        return new CheckResult(this, null, effect, effect == PathEffect.Preserved && near.FinGap is { } late
            ? $"{Evidence.Time(late)} after the last byte"
            : Evidence.Transfer(effect, near.Received, near.Expected, near, report))
        {
            Gap = near.FinGap,
            IsUncertain = report.End == ReportedEnd.Unknown || effect == PathEffect.Stalled,
        };
    }

    private async Task<CheckResult> RunOneAsync(FarEndClient far, long size, ReadingPace? pace)
    {
        using Probe probe = await Probe.OpenAsync(far, new PathRequest(Key, default, size), Payload.Generated(size));
        if (pace is not null) probe.Socket.ReceiveBufferSize = ReadingPace.BufferSize;
        await probe.ReadToEndAsync(pace: pace);
        probe.End.Start();
        if (probe.End.Kind == StreamEnd.Fin) probe.Socket.Shutdown(SocketShutdown.Send);
        ConnectionReport report = await probe.ReportAsync(r => r.End != ReportedEnd.Unknown);
        NearObservation near = probe.Observe();
        return PausedProcess.Apply(Classify(near, report), near, report, far.Timeout);
    }
}
