using System.Diagnostics;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using TcpClose.Kernel;

namespace EchoServer.Hosting;

/// <summary>
/// A wait of the server's own. No call is under way that a RST could fail, so for a connection that is remembered the
/// kernel is asked now and then whether one has come: the next call would learn of it only when the wait is over.
/// </summary>
internal static class HoldWatch
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);

    public static async Task WaitAsync(TimeSpan hold, Socket socket, ConnectionRecord? recollection, CancellationToken aborting)
    {
        if (recollection is null)
        {
            await Task.Delay(hold, aborting);
            return;
        }

        long began = Stopwatch.GetTimestamp();
        for (bool open = true; ;)
        {
            TimeSpan waited = Stopwatch.GetElapsedTime(began), left = hold - waited;
            if (left <= TimeSpan.Zero) return;

            // More and more seldom, so that a long wait costs little: the time is right to 2 %, or 10 ms.
            TimeSpan next = waited / 50 > Shortest ? waited / 50 : Shortest;
            await Task.Delay(open && next < left ? next : left, aborting);

            // Before our own FIN only a RST, or the kernel's giving up, makes it CLOSED.
            if (!open || SocketState.Read(socket) != TcpState.Closed) continue;
            recollection.WasReset();
            open = false;
        }
    }
}
