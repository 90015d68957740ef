using System.Net.Sockets;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace PathCheck.Checks.Ends;

/// <summary>
/// Data of several sizes, each followed immediately by the client's FIN: do the data and the FIN arrive?
/// </summary>
internal sealed class DataThenFin : Check
{
    /// <summary>The sizes besides that of <c>--late</c>. Some paths lose the end of large transfers only.</summary>
    public static readonly IReadOnlyList<long> Sizes = [500, 128 * 1024, 1024 * 1024];

    public override string Key => "end-of-stream";

    public override string Occasion => "when the client's FIN directly follows data";

    public override FirstCloser FirstCloser => FirstCloser.Client;

    // The server sends nothing after the client's FIN.
    public override bool SharesTimeout => false;

    public override int Connections => Sizes.Count + 1;

    public override string Title(TimeSpan hold) => "client's data, then its FIN";

    public override async Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late)
    {
        long[] sizes = [late, .. Sizes.Where(s => s != late)];
        CheckResult[] results = await Task.WhenAll(sizes.Select(size => RunOneAsync(far, size)));
        return SeveralConnections.Worst(
            this, [.. results.Select((r, i) => (Evidence.Amount(sizes[i]), r))], results.MaxBy(r => r.Gap)!.Evidence);
    }

    /// <summary>Runs the check with one size.</summary>
    public async Task<CheckResult> RunOneAsync(FarEndClient far, long size)
    {
        using Probe probe = await Probe.OpenAsync(far, new PathRequest(Key));
        await probe.WaitUntilRegisteredAsync();
        await probe.SendAsync(Payload.Generated(size));
        probe.End.Start();
        probe.End.CheckPending();
        if (!probe.HasStalled) probe.Socket.Shutdown(SocketShutdown.Send);

        ConnectionReport report = await probe.ReportAsync(r => r.HasEnded);
        NearObservation near = probe.Observe();
        return PausedProcess.Apply(Classify(near, report, size), near, report, far.Timeout);
    }

    public override async Task ServeAsync(ObservedSocket socket, PathRequest request)
    {
        // Read to the client's FIN.
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        socket.Shutdown(SocketShutdown.Send);
        socket.Dispose();
    }

    public CheckResult Classify(NearObservation near, ConnectionReport report, long size)
    {
        PathEffect effect = Observations.Stalled(near)
            ?? Observations.StalledUpload(report, size)
            ?? Observations.OurFin(report, size)
            ?? (Observations.IsAltered(report, size) ? PathEffect.Altered
                : report.Bytes < size ? near.ResetAfter is null ? PathEffect.LostSilently : PathEffect.Cut
                : PathEffect.Preserved);
        TimeSpan? gap = Observations.Micros(report.Fin - report.Last);
        string evidence = effect == PathEffect.Preserved && gap is { } late
            ? $"{Evidence.Time(late)} after the last byte"
            : $"{Evidence.Share(report.Bytes, size)} arrived; server: {Evidence.FarEnd(report)}";
        return new CheckResult(this, null, effect, evidence)
        {
            Gap = gap,
            IsUncertain = !report.HasEnded || near.HasStalled,
        };
    }
}
