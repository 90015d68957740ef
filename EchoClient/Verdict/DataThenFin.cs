using System.Net.Sockets;
using TcpClose.Scenarios;

namespace EchoClient.Verdict;

/// <summary>Data and our FIN right behind it, at once: does the end of stream reach the server, and not before the last byte?</summary>
internal static class DataThenFin
{
    public static async Task<CheckResult> RunAsync(ServerClient far, long size)
    {
        using Probe probe = await Probe.OpenAsync(far, new ScenarioRequest("three-segments"));
        await probe.WaitUntilRegisteredAsync();
        await probe.SendAsync(Payload.Generated(size));
        probe.End.Start();
        probe.End.CheckPendingReset();
        if (!probe.HasStalled) probe.Socket.Shutdown(SocketShutdown.Send);

        ConnectionReport saw = await probe.ReportAsync(s => s.HasEnded);
        return Classifier.DataThenFin(probe, saw, size);
    }
}
