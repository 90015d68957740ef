using System.Net.Sockets;
using TcpClose;

namespace EchoClient.Verdict;

/// <summary>The server half-closes first, and our upload comes after a hold: does the server get all of it, and then our FIN?</summary>
internal static class ServerFirst
{
    public static async Task<Finding> RunAsync(FarSide far, TimeSpan hold, long late)
    {
        using Probe probe = await Probe.OpenAsync(far, new ActRequest("server-first", hold));

        // To the server's FIN.
        await probe.ReadToEndAsync();
        if (probe.End.Kind == Ending.Fin)
        {
            probe.End.StartAtFin();
            await probe.HoldAsync(hold);
            await probe.SendAsync(Payload.Generated(late));
            probe.End.LookForPending();
            if (!probe.HasStalled) probe.Socket.Shutdown(SocketShutdown.Send);
        }

        SawLine saw = await probe.SawAsync(s => s.HasMetAnEnd || probe.End.Kind != Ending.Fin);
        probe.End.LookForPending();
        return Judge.ServerFirst(probe, saw, hold, late);
    }
}
