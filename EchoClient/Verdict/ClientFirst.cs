using System.Net.Sockets;
using TcpClose;

namespace EchoClient.Verdict;

/// <summary>We half-close first, and the server's reply comes after a hold: is it whole, and is the end a normal one?</summary>
internal static class ClientFirst
{
    public static async Task<Finding> RunAsync(FarSide far, TimeSpan hold, long late)
    {
        using Probe probe = await Probe.OpenAsync(far, new ActRequest("late-data", hold, late), Payload.Generated(late));
        await probe.IsKnownAsync();

        // Our FIN. The server reads it, waits for so long, sends its reply, and then its own FIN.
        probe.End.Start();
        probe.Socket.Shutdown(SocketShutdown.Send);
        await probe.ReadToEndAsync(longer: hold);

        // Our FIN may be late, and is no fault then: it is waited for as long as anything else.
        SawLine saw = await probe.SawAsync(s => s.HasMetAnEnd, waited: probe.End.Elapsed);
        // Nobody has told us anything: what the server met when it replied is known a little later.
        if (probe.Came.IsShort && probe.End.After >= hold - Precision.Grain) saw = await probe.SawAsync(s => s.End != SawLine.Open, waited: probe.End.Elapsed);
        return Judge.ClientFirst(probe, saw, hold);
    }
}
