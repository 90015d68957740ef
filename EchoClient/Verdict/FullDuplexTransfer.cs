using System.Net.Sockets;
using TcpClose.Scenarios;

namespace EchoClient.Verdict;

/// <summary>Much in both directions at once, with a reader that lets the buffers fill: is anything lost or altered?</summary>
internal static class FullDuplexTransfer
{
    /// <summary>So much each way.</summary>
    public const long Size = 4 * 1024 * 1024;

    private const int SmallBuffer = 64 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static async Task<CheckResult> RunAsync(ServerClient far)
    {
        using Probe probe = await Probe.OpenAsync(far, new ScenarioRequest(ScenarioTable.PlainEcho), Payload.Generated(Size));
        probe.Socket.ReceiveBufferSize = SmallBuffer;
        await probe.WaitUntilRegisteredAsync();

        // We send all the time, and at first read nothing: what comes back fills the buffers of the whole path.
        Task sending = SendAndFinishAsync(probe);
        await Task.Delay(Pause, far.Stop);
        await probe.ReadToEndAsync();
        await sending;

        ConnectionReport saw = await probe.ReportAsync(s => s.HasEnded, waited: probe.End.Elapsed);
        // The server may be sending still, and has not met yet what has ended it for us.
        if (probe.Received.IsShort) saw = await probe.ReportAsync(s => s.End != ConnectionReport.Open, waited: probe.End.Elapsed);
        return Classifier.FullDuplexTransfer(probe, saw, Size);
    }

    private static async Task SendAndFinishAsync(Probe probe)
    {
        await probe.SendAsync(Payload.Generated(Size));
        if (probe.HasStalled) return;
        probe.End.Start();
        probe.Socket.Shutdown(SocketShutdown.Send);
    }
}
