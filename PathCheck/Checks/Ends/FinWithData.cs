using System.Net.Sockets;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Kernel;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace PathCheck.Checks.Ends;

/// <summary>
/// The client's FIN travels in the segment of its last bytes, where the system can do that (TCP_CORK): do both arrive?
/// </summary>
internal sealed class FinWithData : Check
{
    /// <summary>Fits into one segment of any path.</summary>
    public const long Size = 500;

    public override string Key => "fin-with-data";

    public override string Occasion => "when the client's FIN is in the segment of its last data";

    public override FirstCloser FirstCloser => FirstCloser.Client;

    // The server sends no data after the client's FIN.
    public override bool SharesTimeout => false;

    public override string Title(TimeSpan hold) => "client's FIN with its last data";

    public override async Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late)
    {
        using Probe probe = await Probe.OpenAsync(far, new PathRequest(Key));
        await probe.WaitUntilRegisteredAsync();
        TcpCork.TrySet(probe.Socket);
        await probe.SendAsync(Payload.Generated(Size));
        probe.End.Start();
        probe.Socket.Shutdown(SocketShutdown.Send);
        ConnectionReport report = await probe.ReportAsync(r => r.HasEnded);
        NearObservation near = probe.Observe();
        return PausedProcess.Apply(Classify(near, report), near, report, far.Timeout);
    }

    public override async Task ServeAsync(ObservedSocket socket, PathRequest request)
    {
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        socket.Shutdown(SocketShutdown.Send);
        socket.Dispose();
    }

    public CheckResult Classify(NearObservation near, ConnectionReport report)
    {
        PathEffect effect = Observations.OurFin(report, Size)
            ?? (Observations.IsAltered(report, Size) ? PathEffect.Altered
                : report.Bytes < Size ? PathEffect.LostSilently
                : PathEffect.Preserved);
        return new CheckResult(this, null, effect,
            Evidence.WithFin(effect, report.Bytes, Size, $"server: {Evidence.FarEnd(report)}"))
        {
            IsUncertain = !report.HasEnded,
        };
    }
}
