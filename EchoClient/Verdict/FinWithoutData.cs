using System.Net.Sockets;
using TcpClose.Kernel;
using TcpClose.Scenarios;

namespace EchoClient.Verdict;

/// <summary>
/// A FIN, and nothing before it: some relays wait for a first byte. Without a byte there is no id either. So several
/// connections are opened and stay silent, the server says how many silent ones it has, and with our FINs they must become
/// fewer, and those that ended by a FIN or a RST more. Strangers that connect and close all the time only add to that number,
/// and not for long; a time-out of the server's makes it smaller, and is neither.
/// </summary>
internal static class FinWithoutData
{
    private const int Connections = 8, RequiredEnds = Connections / 2;
    private const double Slower = 1.1;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20), QuietPeriod = TimeSpan.FromMilliseconds(200);

    // Of a while, how many were silent when there were the fewest, and the first and last that the server said.
    private sealed record Level(long Fewest, ServerInfo First, ServerInfo Last)
    {
        public long Resets => Last.LoneResets - First.LoneResets;
    }

    public static async Task<CheckResult> RunAsync(ServerClient far)
    {
        Level before = await WatchAsync(far, QuietPeriod, _ => false), open, after;
        bool came;
        Socket[] ours = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => far.ConnectAsync()));
        try
        {
            await WatchAsync(far, far.Timeout, now => now.Silent >= before.Fewest + Connections);
            open = await WatchAsync(far, QuietPeriod, _ => false);
            came = open.Fewest - before.Fewest >= RequiredEnds;

            // Eight FINs, each the first that is heard of its connection.
            foreach (Socket socket in ours) socket.Shutdown(SocketShutdown.Send);
            after = await WatchAsync(far, came ? far.Timeout : QuietPeriod, now => now.Silent <= open.Fewest - RequiredEnds && Ends(now) - Ends(open.Last) >= RequiredEnds);
        }
        finally
        {
            foreach (Socket socket in ours) socket.Dispose();
        }

        return Classifier.FinWithoutData(
            came, ended: open.Fewest - after.Fewest >= RequiredEnds && Ends(after.Last) - Ends(open.Last) >= RequiredEnds,
            byReset: after.Last.LoneResets - open.Last.LoneResets >= RequiredEnds && open.Resets < RequiredEnds);
    }

    private static long Ends(ServerInfo now) => now.LoneFins + now.LoneResets;

    private static async Task<Level> WatchAsync(ServerClient far, TimeSpan longest, Func<ServerInfo, bool> enough)
    {
        ServerInfo first = await far.ServerInfoAsync(), last = first;
        long fewest = first.Silent, until = Clock.Deadline(longest);
        for (TimeSpan pause = Pause; !enough(last) && Clock.Now < until; pause = pause < QuietPeriod ? pause * Slower : QuietPeriod)
        {
            await Task.Delay(pause, far.Stop);
            last = await far.ServerInfoAsync();
            fewest = Math.Min(fewest, last.Silent);
        }

        return new Level(fewest, first, last);
    }
}
