using System.Net.Sockets;
using TcpClose;

namespace EchoClient.Verdict;

/// <summary>
/// A FIN, and nothing before it: some relays wait for a first byte. Without a byte there is no id either. So several
/// connections are opened and stay silent, the server says how many silent ones it has, and with our FINs they must become
/// fewer, and those that ended by a FIN or a RST more. Strangers that connect and close all the time only add to that number,
/// and not for long; a time-out of the server's makes it smaller, and is neither.
/// </summary>
internal static class FinAlone
{
    private const int Connections = 8, Enough = Connections / 2;
    private const double Slower = 1.1;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20), While = TimeSpan.FromMilliseconds(200);

    // Of a while, how many were silent when there were the fewest, and the first and last that the server said.
    private sealed record Level(long Fewest, HelloLine First, HelloLine Last)
    {
        public long Resets => Last.LoneResets - First.LoneResets;
    }

    public static async Task<Finding> RunAsync(FarSide far)
    {
        Level before = await WatchAsync(far, While, _ => false), open, after;
        bool came;
        Socket[] ours = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => far.ConnectAsync()));
        try
        {
            await WatchAsync(far, far.Timeout, now => now.Silent >= before.Fewest + Connections);
            open = await WatchAsync(far, While, _ => false);
            came = open.Fewest - before.Fewest >= Enough;

            // Eight FINs, each the first that is heard of its connection.
            foreach (Socket socket in ours) socket.Shutdown(SocketShutdown.Send);
            after = await WatchAsync(far, came ? far.Timeout : While, now => now.Silent <= open.Fewest - Enough && Ends(now) - Ends(open.Last) >= Enough);
        }
        finally
        {
            foreach (Socket socket in ours) socket.Dispose();
        }

        return Judge.FinAlone(
            came, ended: open.Fewest - after.Fewest >= Enough && Ends(after.Last) - Ends(open.Last) >= Enough,
            byReset: after.Last.LoneResets - open.Last.LoneResets >= Enough && open.Resets < Enough);
    }

    private static long Ends(HelloLine now) => now.LoneFins + now.LoneResets;

    private static async Task<Level> WatchAsync(FarSide far, TimeSpan longest, Func<HelloLine, bool> enough)
    {
        HelloLine first = await far.HelloAsync(), last = first;
        long fewest = first.Silent, until = Clock.In(longest);
        for (TimeSpan pause = Pause; !enough(last) && Clock.Now < until; pause = pause < While ? pause * Slower : While)
        {
            await Task.Delay(pause, far.Stop);
            last = await far.HelloAsync();
            fewest = Math.Min(fewest, last.Silent);
        }

        return new Level(fewest, first, last);
    }
}
