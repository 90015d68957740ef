using System.Net.Sockets;
using TcpClose;

namespace EchoClient.Verdict;

/// <summary>We abort: does the server meet a reset, or what looks like a normal end?</summary>
internal static class ClientReset
{
    public static async Task<Finding> RunAsync(FarSide far)
    {
        using Probe probe = await Probe.OpenAsync(far, new ActRequest("client-abort"));
        await probe.IsKnownAsync();

        // Linger 0: a RST in place of a FIN (RFC 9293 3.10.5).
        probe.Socket.LingerState = new LingerOption(true, 0);
        probe.Socket.Dispose();

        SawLine saw = await probe.SawAsync(s => s.HasMetAnEnd);
        return Judge.Reset(Check.ClientReset, saw.Reset is not null ? Ending.Reset : saw.Fin is not null ? Ending.Fin : Ending.Nothing);
    }
}
