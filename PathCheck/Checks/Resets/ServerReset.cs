using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Sockets;

namespace PathCheck.Checks.Resets;

/// <summary>The server aborts: does a reset arrive at the client, or something that looks like a normal end?</summary>
internal sealed class ServerReset : Check
{
    public override string Key => "server-reset";

    public override string Occasion => "when the server aborts";

    public override bool IsAdvisory => true;

    public override string? ClientCall => null;

    public override string? ServerCall => "Close with linger 0";

    public override string Title(TimeSpan hold) => "server aborts";

    public override async Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late)
    {
        using Probe probe = await Probe.OpenAsync(far, new PathRequest(Key));

        // If the path preserves the abort, Receive fails.
        await probe.ReadToEndAsync();

        // Only the far end's report proves that it has aborted: a relay may end the connection by itself.
        ConnectionReport report = await probe.ReportAsync(r => r.Aborted is not null);
        NearObservation near = probe.Observe();
        return PausedProcess.Apply(Classify(near, report), near, report, far.Timeout);
    }

    public override Task ServeAsync(ObservedSocket socket, PathRequest request)
    {
        // Linger 0 and Close: a RST instead of a FIN (RFC 9293 3.10.5).
        socket.Abort("requested by the client");
        return Task.CompletedTask;
    }

    public CheckResult Classify(NearObservation near, ConnectionReport report)
    {
        bool isTheirs = report.Aborted is not null;
        PathEffect effect = !isTheirs ? PathEffect.ResetNotForwarded
            : near.End == StreamEnd.Reset ? PathEffect.Preserved
            : near.End == StreamEnd.Fin ? PathEffect.ResetBecameFin
            : PathEffect.ResetNotForwarded;
        string evidence = $"client: {Evidence.Name(near.End)}{(isTheirs ? "" : ", but the server did not abort")}";
        return new CheckResult(this, null, effect, evidence)
        {
            IsUncertain = near.End == StreamEnd.Nothing || !isTheirs,
        };
    }
}
