using System.Net.Sockets;
using TcpClose;

namespace EchoClient.Verdict;

/// <summary>
/// A FIN, and nothing before it: some relays wait for a first byte. Without a byte there is no id either; the server tells
/// how many such connections it has met.
/// </summary>
internal static class FinAlone
{
    public static async Task<Finding> RunAsync(FarSide far)
    {
        HelloLine before = await far.HelloAsync(), after = before;
        using Socket socket = await far.ConnectAsync();
        socket.Shutdown(SocketShutdown.Send);

        for (long until = Clock.Now + (long)far.Patience.TotalNanoseconds; Clock.Now < until; await Task.Delay(20, far.Stop))
        {
            after = await far.HelloAsync();
            if (after.LoneFins > before.LoneFins || after.LoneResets > before.LoneResets) break;
        }

        return Judge.FinAlone(after.LoneFins > before.LoneFins, after.LoneResets > before.LoneResets);
    }
}
