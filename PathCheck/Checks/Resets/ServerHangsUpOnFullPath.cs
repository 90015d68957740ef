using System.Net.Sockets;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Kernel;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace PathCheck.Checks.Resets;

/// <summary>
/// The mirror of <see cref="ClientHangsUpOnFullPath"/>: the client sends until the path takes no more, because the
/// server does not read; then the server hangs up.
/// </summary>
internal sealed class ServerHangsUpOnFullPath : Check
{
    private static readonly TimeSpan MaxFilling = TimeSpan.FromSeconds(2);

    public override string Key => "full-path-server";

    public override string Occasion => "when the server hangs up on a full path";

    public override bool IsAdvisory => true;

    public override string? ClientCall => null;

    public override string? ServerCall => "Close";

    public override string Title(TimeSpan hold) => "server hangs up on a full path";

    public override async Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late) =>
        FullPath.Combine(this, await Task.WhenAll(FullPath.Ways.Select(how => RunOneAsync(far, how))));

    public override async Task ServeAsync(ObservedSocket socket, PathRequest request)
    {
        socket.LimitReceiveBuffer(ReadingPace.BufferSize);
        if (request.How == HangUp.Finished) socket.Shutdown(SocketShutdown.Send);

        // Meanwhile the client fills the path.
        await socket.DelayAsync(request.Hold);
        if (request.How == HangUp.Abort) socket.Abort("requested by the client");
        else socket.Dispose();
    }

    private async Task<CheckResult> RunOneAsync(FarEndClient far, HangUp how)
    {
        TimeSpan filling = far.Timeout / 4 < MaxFilling ? far.Timeout / 4 : MaxFilling;
        if (filling < 2 * FullPath.Still) filling = 2 * FullPath.Still;
        using Probe probe = await Probe.OpenAsync(far, new PathRequest(Key, filling, How: how));
        long hangUpAt = Clock.Deadline(filling);
        await probe.SendAsync(Payload.Generated(FullPath.Size), until: hangUpAt + Nanoseconds(far.Timeout));
        TimeSpan waited = Clock.Since(hangUpAt);
        TimeSpan? learnedAfter = probe.End.ResetAfter is null ? null : waited > TimeSpan.Zero ? waited : TimeSpan.Zero;
        bool isFull = probe.LastSentAt + Nanoseconds(FullPath.Still) < hangUpAt;
        CheckResult result = FullPath.Result(this, "client", learnedAfter, waited, isFull);
        return PausedProcess.Apply(result, probe.Observe(), await probe.ReportAsync(_ => true), far.Timeout);
    }

    private static long Nanoseconds(TimeSpan time) => (long)time.TotalNanoseconds;
}
