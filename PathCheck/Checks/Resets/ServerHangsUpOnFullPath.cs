using System.Net.Sockets;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Kernel;
using TcpClose.Scenarios;
using TcpClose.Sockets;

namespace PathCheck.Checks.Resets;

/// <summary>
/// The mirror of <see cref="ClientHangsUpOnFullPath"/>: the client fills the path, and then the server hangs up.
/// </summary>
internal sealed class ServerHangsUpOnFullPath : Check
{
    private static readonly TimeSpan MaxFilling = TimeSpan.FromSeconds(2);

    public override string Key => "full-path-server";

    public override string Occasion => "when the server hangs up on a full path";

    public override bool IsAdvisory => true;

    public override string? ClientCall => null;

    public override string? ServerCall => "Close";

    public override int Connections => FullPath.Ways.Count;

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
        long beganAt = Clock.Now, hangUpAt = Clock.Deadline(filling), until = Clock.Deadline(filling + far.Timeout);
        await probe.SendAsync(Payload.Generated(FullPath.Size), until, longer: filling);

        // Only the time before the hang-up shows whether the path is full: afterwards a path may take everything and
        // discard it.
        long[] before = [.. probe.SentTimes.Where(at => at < hangUpAt)];
        bool hasTakenMore = before.Length < probe.SentTimes.Count;
        long last = before.Length > 0 ? before[^1] : beganAt;
        bool isFull = Clock.Now >= hangUpAt && hangUpAt - last > FullPath.Still.TotalNanoseconds;
        if (isFull) await probe.WatchAsync(until);
        TimeSpan waited = Clock.Now > hangUpAt ? Clock.Since(hangUpAt) : TimeSpan.Zero;

        // A path that closes both directions after a FIN may reset the client before the hang-up. Such a reset counts,
        // although the path was never full.
        bool hasLearned = probe.End.ResetAfter is not null;
        CheckResult result = FullPath.Result(this, "client", hasLearned ? waited : null, waited,
            isFull || (hasLearned && waited == TimeSpan.Zero), hasTakenMore);
        return PausedProcess.Apply(result, probe.Observe(), await probe.ReportAsync(_ => true), far.Timeout);
    }
}
