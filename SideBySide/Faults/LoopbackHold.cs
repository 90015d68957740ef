using SideBySide.Tools;

namespace SideBySide.Faults;

/// <summary>
/// Linux: makes segments cross, in a network namespace of our own. The loopback interface gets a queue (<c>tc</c>'s
/// token bucket). Dummy datagrams use up its tokens, and then the segments of both sides wait until the queue is
/// released.
/// </summary>
public sealed class LoopbackHold
{
    private const int Burst = 4096, DummyLength = 1400;

    // At 16 bytes per second, a dummy datagram may wait for a minute and a half.
    private const string HoldRate = "128bit", ReleaseRate = "10gbit";

    private readonly NetworkNamespace _inside;

    private LoopbackHold(NetworkNamespace inside) => _inside = inside;

    /// <summary>Adds the queue, which first passes about 4000 bytes. The connection must begin afterwards.</summary>
    /// <exception cref="InvalidOperationException">
    /// <c>ip</c> or <c>tc</c> failed; the message contains its error.
    /// </exception>
    public static async Task<LoopbackHold> CreateAsync(NetworkNamespace inside)
    {
        // The sender of a waiting segment must not retransmit it. With the default minimum of 200 ms, the
        // retransmission timer would expire while the FINs wait.
        foreach (string loopback in (string[])["127.0.0.1", "127.0.0.0/8"])
            await inside.RunAsync("ip",
                Split($"route replace local {loopback} dev lo table local proto kernel scope host src 127.0.0.1 "
                    + "rto_min 30s"));
        await inside.RunAsync("tc", Split($"qdisc add dev lo root tbf rate {HoldRate} burst {Burst} limit 1mb"));
        return new LoopbackHold(inside);
    }

    /// <summary>Holds all segments from now on.</summary>
    public Task HoldAsync() => SendAsync(length: DummyLength, count: (Burst / DummyLength) + 2);

    /// <summary>Releases the waiting segments.</summary>
    public async Task ReleaseAsync()
    {
        await _inside.RunAsync("tc", Split($"qdisc change dev lo root tbf rate {ReleaseRate} burst {Burst} limit 1mb"));
        await SendAsync(length: 1, count: 1);       // the new rate takes effect with the next packet
    }

    // Datagrams to the discard port (RFC 863).
    private async Task SendAsync(int length, int count) =>
        await _inside.RunAsync("bash",
            ["-c", $"for i in {{1..{count}}}; do printf %0{length}d 0 > /dev/udp/127.0.0.1/9; done"]);

    private static string[] Split(string line) => line.Split(' ');
}
