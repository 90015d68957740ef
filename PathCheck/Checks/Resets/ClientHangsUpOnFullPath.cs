using System.Net.Sockets;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Kernel;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace PathCheck.Checks.Resets;

/// <summary>
/// The client does not read, and the server sends until the path is full. Then the client hangs up, in three ways: does
/// the server learn of it?
/// </summary>
internal sealed class ClientHangsUpOnFullPath : Check
{
    public override string Key => "full-path-client";

    public override string Occasion => "when the client hangs up on a full path";

    public override bool IsAdvisory => true;

    public override string? ClientCall => "Close";

    public override string? ServerCall => null;

    public override int Connections => FullPath.Ways.Count;

    public override string Title(TimeSpan hold) => "client hangs up on a full path";

    public override async Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late) =>
        FullPath.Combine(this, await Task.WhenAll(FullPath.Ways.Select(how => RunOneAsync(far, how))));

    public override async Task ServeAsync(ObservedSocket socket, PathRequest request)
    {
        // The client's RST makes Send fail, which ends this method.
        await socket.SendAsync(Payload.Generated(FullPath.Size));

        // The path has taken everything. The RST may still arrive.
        await socket.DelayAsync(request.Hold);
        socket.Dispose();
    }

    private async Task<CheckResult> RunOneAsync(FarEndClient far, HangUp how)
    {
        using Probe probe = await Probe.OpenAsync(far, new PathRequest(Key, FullPath.Watch(far), How: how));
        probe.Socket.ReceiveBufferSize = ReadingPace.BufferSize;
        if (how == HangUp.Finished) probe.Socket.Shutdown(SocketShutdown.Send);
        long sent = 0, since = Clock.Now;
        bool isStill = false;
        ConnectionReport before = await probe.ReportAsync(report =>
        {
            if (report.Sent != sent) (sent, since) = (report.Sent, Clock.Now);
            isStill = sent > 0 && Clock.Since(since) >= FullPath.Still;
            return isStill || report.HasEnded;
        });

        // If the path closes both directions after a FIN, the connection has already ended.
        if (before.HasEnded) return FullPath.Result(this, "server", TimeSpan.Zero, TimeSpan.Zero);
        if (how == HangUp.Abort) probe.Socket.LingerState = new LingerOption(true, 0);
        probe.Socket.Dispose();

        long hungUpAt = Clock.Now;
        ConnectionReport after = await probe.ReportAsync(report => report.Reset is not null);
        TimeSpan waited = Clock.Since(hungUpAt);
        CheckResult result = FullPath.Result(this, "server", after.Reset is null ? null : waited, waited,
            isFull: isStill && sent < FullPath.Size, hasTakenMore: after.Sent > sent);
        return PausedProcess.Apply(result, probe.Observe(), after, far.Timeout);
    }
}
