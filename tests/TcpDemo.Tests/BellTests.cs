using System.Diagnostics;
using EchoServer;

namespace TcpDemo.Tests;

/// <summary>Who rings the bell is called back by the kernel, not by a time-out, as often as it rings.</summary>
public sealed class BellTests
{
    private const int Rings = 200;

    // That no sound comes is noticed after 100 ms: all of these would take 20 s.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact(Timeout = Until.TestLimit)]
    public async Task EachRingIsHeard()
    {
        using var bell = new Bell();
        long beganAt = Stopwatch.GetTimestamp();
        for (int i = 0; i < Rings; i++) await bell.RingAsync();
        Assert.True(Stopwatch.GetElapsedTime(beganAt) < Limit, $"{Rings} rings took {Stopwatch.GetElapsedTime(beganAt)}");
    }
}
