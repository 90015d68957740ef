using System.Net.Sockets;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace PathCheck.Checks.Ends;

/// <summary>
/// The mirror of <see cref="FinWithData"/>: the server's FIN travels in the segment of its last bytes.
/// </summary>
internal sealed class ServerFinWithData : Check
{
    public override string Key => "fin-with-data-server";

    public override string Occasion => "when the server's FIN is in the segment of its last data";

    public override FirstCloser FirstCloser => FirstCloser.Server;

    // The client sends nothing after the server's FIN.
    public override bool SharesTimeout => false;

    public override string Title(TimeSpan hold) => "server's FIN with its last data";

    public override async Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late)
    {
        using Probe probe = await Probe.OpenAsync(
            far, new PathRequest(Key, default, FinWithData.Size), Payload.Generated(FinWithData.Size));
        await probe.ReadToEndAsync();
        probe.End.Start();
        if (probe.End.Kind == StreamEnd.Fin) probe.Socket.Shutdown(SocketShutdown.Send);
        ConnectionReport report = await probe.ReportAsync(r => r.End != ReportedEnd.Unknown);
        NearObservation near = probe.Observe();
        return PausedProcess.Apply(Classify(near, report), near, report, far.Timeout);
    }

    public override async Task ServeAsync(ObservedSocket socket, PathRequest request)
    {
        socket.Cork();
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
            : near.End == StreamEnd.Nothing ? PathEffect.NotForwarded
            : near.IsShort ? Observations.ShortReply(near, report, null)
            : Observations.TheirFin(near);
        return new CheckResult(this, null, effect,
            Evidence.WithFin(effect, near.Received, near.Expected, $"client: {Evidence.Name(near.End)}"))
        {
            IsUncertain = near.End == StreamEnd.Nothing,
        };
    }
}
