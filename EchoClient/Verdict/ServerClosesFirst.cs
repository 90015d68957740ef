using System.Net.Sockets;
using TcpClose.Scenarios;

namespace EchoClient.Verdict;

/// <summary>The server half-closes first, and our upload comes after a hold: does the server get all of it, and then our FIN?</summary>
internal static class ServerClosesFirst
{
    public static async Task<CheckResult> RunAsync(ServerClient far, TimeSpan hold, long late)
    {
        using Probe probe = await Probe.OpenAsync(far, new ScenarioRequest("server-first", hold));

        // To the server's FIN.
        await probe.ReadToEndAsync();
        if (probe.End.Kind == StreamEnd.Fin)
        {
            probe.End.StartAtFin();
            await probe.HoldAsync(hold);
            await probe.SendAsync(Payload.Generated(late));
            probe.End.CheckPendingReset();
            if (!probe.HasStalled) probe.Socket.Shutdown(SocketShutdown.Send);
        }

        ConnectionReport saw = await probe.ReportAsync(s => s.HasEnded || probe.End.Kind != StreamEnd.Fin);
        probe.End.CheckPendingReset();
        return Classifier.ServerClosesFirst(probe, saw, hold, late);
    }
}
