using System.Net.Sockets;
using TcpClose.Scenarios;

namespace EchoClient.Verdict;

/// <summary>We half-close first, and the server's reply comes after a hold: is it whole, and is the end a normal one?</summary>
internal static class ClientClosesFirst
{
    public static async Task<CheckResult> RunAsync(ServerClient far, TimeSpan hold, long late)
    {
        using Probe probe = await Probe.OpenAsync(far, new ScenarioRequest("late-data", hold, late), Payload.Generated(late));
        await probe.WaitUntilRegisteredAsync();

        // Our FIN. The server reads it, waits for so long, sends its reply, and then its own FIN.
        probe.End.Start();
        probe.Socket.Shutdown(SocketShutdown.Send);
        await probe.ReadToEndAsync(longer: hold);

        // Our FIN may be late, and is no fault then: it is waited for as long as anything else.
        ConnectionReport saw = await probe.ReportAsync(s => s.HasEnded, waited: probe.End.Elapsed);
        // Nobody has told us anything: what the server met when it replied is known a little later.
        if (probe.Received.IsShort && probe.End.After >= hold - TimingTolerance.Grain) saw = await probe.ReportAsync(s => s.End != ConnectionReport.Open, waited: probe.End.Elapsed);
        return Classifier.ClientClosesFirst(probe, saw, hold);
    }
}
