namespace Benchmarks.Measuring;

/// <summary>One kind of load, and what is read off it.</summary>
/// <param name="Id">What <c>--only</c> calls it.</param>
/// <param name="Title">What the table calls it.</param>
/// <param name="Load">The arguments of the load generator.</param>
/// <param name="Metrics">What is read off.</param>
internal sealed record Workload(string Id, string Title, IReadOnlyList<string> Load, IReadOnlyList<Metric> Metrics)
{
    /// <summary>
    /// Each life cycle leaves a port in TIME-WAIT on the load's side: so many addresses have ports enough.
    /// </summary>
    public static readonly Workload LifeCycle = new("lifecycle",
    "Life cycle: 32 connections at once, each connect, 13 bytes, half-close, echo, close",
    ["--mode", "lifecycle", "--connections", "32", "--source-addresses", "32"],
    [
        new("CPU us", r => r.Server!.CpuMicrosecondsPerLifeCycle, LessIsBetter: true, "0.0"),
        new("a second", r => r.LifeCyclesPerSecond, LessIsBetter: false, "0"),
        new("p99 us", r => r.LatencyMicroseconds!.P99, LessIsBetter: true, "0"),
    ]);

    /// <summary>All of them, in order.</summary>
    public static readonly IReadOnlyList<Workload> All =
    [
        LifeCycle,
        new("throughput", "Throughput: 8 connections that stream both ways, one way counted",
        ["--mode", "throughput", "--connections", "8"],
        [
            new("GB/s", r => r.GigabytesPerSecond, LessIsBetter: false, "0.00"),
            new("CPU s/GB", r => r.Server!.CpuSecondsPerGigabyte, LessIsBetter: true, "0.00"),
        ]),
        Messages("ping-pong", 64),
        Messages("ping-pong-1", 1),
        new("idle", "Idle: 5,000 connections that have echoed 13 bytes and are silent",
        ["--mode", "idle", "--connections", "10000", "--hold", "1s"],
        [
            new("KiB each", r => r.Server!.KiBPerConnection, LessIsBetter: true, "0.00"),
        ]),
    ];

    /// <summary>Whether the load goes on for a time that it is given.</summary>
    public bool IsTimed => Id != "idle";

    /// <summary>Whether servers take part that differ in the size of their buffer only.</summary>
    public bool SizeMatters => Id == "throughput";

    private static Workload Messages(string id, int connections) =>
        new(id,
        $"Ping-pong: {connections} connection{(connections == 1 ? "" : "s")}, 13 bytes there and back, again and again",
        ["--mode", "ping-pong", "--connections", $"{connections}"],
        [
            new("CPU us", r => r.Server!.CpuMicrosecondsPerMessage, LessIsBetter: true, "0.00"),
            new("a second", r => r.MessagesPerSecond, LessIsBetter: false, "0"),
            new("p99 us", r => r.LatencyMicroseconds!.P99, LessIsBetter: true, "0"),
        ]);
}

/// <summary>A figure of a run.</summary>
/// <param name="Title">Its column.</param>
/// <param name="Read">Where it stands in what the load generator says.</param>
/// <param name="LessIsBetter">Whether the smaller figure is the better one.</param>
/// <param name="Format">How it is written.</param>
internal sealed record Metric(string Title, Func<LoadReport, double> Read, bool LessIsBetter, string Format);
