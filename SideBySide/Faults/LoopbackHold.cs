using SideBySide.Tools;

namespace SideBySide.Faults;

/// <summary>
/// Linux: makes segments cross without losing any, in a network namespace of one's own. The loopback interface gets a
/// queue (<c>tc</c>'s token bucket) that lets a handshake and a short request through. Then dummy datagrams use up its
/// tokens: the gate is shut, and what both sides send waits until it is opened. Each has sent before it gets the other's.
/// </summary>
public sealed class LoopbackHold
{
    private const int Burst = 4096, DummyLength = 1400;

    // 16 bytes a second: the dummy that waits first has to wait for a minute and a half.
    private const string HoldRate = "128bit", ReleaseRate = "10gbit";

    private readonly NetworkNamespace _inside;

    private LoopbackHold(NetworkNamespace inside) => _inside = inside;

    /// <summary>Puts the gate in place, open for some 4000 bytes. Only for connections that begin afterwards.</summary>
    /// <exception cref="InvalidOperationException"><c>ip</c> or <c>tc</c> refused, and says why.</exception>
    public static async Task<LoopbackHold> CreateAsync(NetworkNamespace inside)
    {
        // While a segment waits here its sender must not take it for lost: at 200 ms, the least time-out of a
        // retransmission, each side would repeat its FIN when the other's has come.
        foreach (string loopback in (string[])["127.0.0.1", "127.0.0.0/8"])
            await inside.RunAsync("ip", Split($"route replace local {loopback} dev lo table local proto kernel scope host src 127.0.0.1 rto_min 30s"));
        await inside.RunAsync("tc", Split($"qdisc add dev lo root tbf rate {HoldRate} burst {Burst} limit 1mb"));
        return new LoopbackHold(inside);
    }

    /// <summary>Shuts the gate: from now on everything waits there, in its order.</summary>
    public Task HoldAsync() => SendAsync(length: DummyLength, count: (Burst / DummyLength) + 2);

    /// <summary>Opens the gate: what waits goes out at once.</summary>
    public async Task ReleaseAsync()
    {
        await _inside.RunAsync("tc", Split($"qdisc change dev lo root tbf rate {ReleaseRate} burst {Burst} limit 1mb"));
        await SendAsync(length: 1, count: 1);       // the new rate is looked at when something is sent
    }

    // Datagrams that nobody reads, to the discard port (RFC 863).
    private async Task SendAsync(int length, int count) =>
        await _inside.RunAsync("bash", ["-c", $"for i in {{1..{count}}}; do printf %0{length}d 0 > /dev/udp/127.0.0.1/9; done"]);

    private static string[] Split(string line) => line.Split(' ');
}
