using System.Net.Sockets;
using TcpClose.Scenarios;

namespace EchoClient.Verdict;

/// <summary>We abort: does the server meet a reset, or what looks like a normal end?</summary>
internal static class ClientReset
{
    public static async Task<CheckResult> RunAsync(ServerClient far)
    {
        using Probe probe = await Probe.OpenAsync(far, new ScenarioRequest("client-abort"));
        await probe.WaitUntilRegisteredAsync();

        // Linger 0: a RST in place of a FIN (RFC 9293 3.10.5).
        probe.Socket.LingerState = new LingerOption(true, 0);
        probe.Socket.Dispose();

        ConnectionReport saw = await probe.ReportAsync(s => s.HasEnded);
        return Classifier.Reset(CheckKind.ClientReset, saw.Reset is not null ? StreamEnd.Reset : saw.Fin is not null ? StreamEnd.Fin : StreamEnd.Nothing);
    }
}
