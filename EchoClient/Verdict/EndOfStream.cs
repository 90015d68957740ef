using System.Net.Sockets;
using TcpClose;

namespace EchoClient.Verdict;

/// <summary>Data and our FIN right behind it, at once: does the end of stream reach the server, and not before the last byte?</summary>
internal static class EndOfStream
{
    public static async Task<Finding> RunAsync(FarSide far, long size)
    {
        using Probe probe = await Probe.OpenAsync(far, new ActRequest("three-segments"));
        await probe.IsKnownAsync();
        await probe.SendAsync(Payload.Generated(size));
        probe.End.Start();
        probe.End.LookForPending();
        if (!probe.HasStalled) probe.Socket.Shutdown(SocketShutdown.Send);

        SawLine saw = await probe.SawAsync(s => s.HasMetAnEnd);
        return Judge.EndOfStream(probe, saw, size);
    }
}
