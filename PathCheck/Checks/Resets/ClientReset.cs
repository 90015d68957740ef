using System.Net.Sockets;
using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Sockets;

namespace PathCheck.Checks.Resets;

/// <summary>The client aborts: does a reset arrive at the server, or something that looks like a normal end?</summary>
internal sealed class ClientReset : Check
{
    public override string Key => "client-reset";

    public override string Occasion => "when the client aborts";

    public override bool IsAdvisory => true;

    public override string? ClientCall => "Close with linger 0";

    public override string? ServerCall => null;

    public override string Title(TimeSpan hold) => "client aborts";

    public override async Task<CheckResult> RunAsync(FarEndClient far, TimeSpan hold, long late)
    {
        using Probe probe = await Probe.OpenAsync(far, new PathRequest(Key));
        await probe.WaitUntilRegisteredAsync();

        // Linger 0: a RST instead of a FIN (RFC 9293 3.10.5).
        probe.Socket.LingerState = new LingerOption(true, 0);
        probe.Socket.Dispose();

        ConnectionReport report = await probe.ReportAsync(r => r.HasEnded);
        return PausedProcess.Apply(Classify(report), probe.Observe(), report, far.Timeout);
    }

    public override async Task ServeAsync(ObservedSocket socket, PathRequest request)
    {
        // The client's RST makes Receive fail, which ends this method.
        while (await socket.ReceiveAsync() is { Length: > 0 })
        {
        }

        // A FIN arrived instead.
        socket.Dispose();
    }

    public CheckResult Classify(ConnectionReport report)
    {
        (PathEffect effect, StreamEnd end) =
            report.Reset is not null ? (PathEffect.Preserved, StreamEnd.Reset)
            : report.Fin is not null ? (PathEffect.ResetBecameFin, StreamEnd.Fin)
            : (PathEffect.ResetNotForwarded, StreamEnd.Nothing);
        return new CheckResult(this, null, effect, $"server: {Evidence.Name(end)}")
        {
            IsUncertain = end == StreamEnd.Nothing,
        };
    }
}
