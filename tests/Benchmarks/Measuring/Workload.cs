namespace Benchmarks.Measuring;

/// <summary>
/// A kind of load, and the metrics that are read from its report. <see cref="Id"/> is the name for <c>--only</c>.
/// </summary>
internal sealed record Workload(string Id, string Title, IReadOnlyList<string> Load, IReadOnlyList<Metric> Metrics)
{
    /// <summary>
    /// Complete life cycles. Each one leaves a port in TIME-WAIT, so 32 addresses provide enough ports.
    /// </summary>
    public static readonly Workload LifeCycle = new("lifecycle",
        "Life cycle with 32 concurrent connections: connect, send 13 bytes, half-close, read the echo, close",
        ["--mode", "lifecycle", "--connections", "32", "--source-addresses", "32"],
        [
            new("CPU us", r => r.Server!.CpuMicrosecondsPerLifeCycle, LessIsBetter: true, "0.0"),
            new("per second", r => r.LifeCyclesPerSecond, LessIsBetter: false, "0"),
            new("p99 us", r => r.LatencyMicroseconds!.P99, LessIsBetter: true, "0"),
        ]);

    /// <summary>All workloads, in the order in which they run.</summary>
    public static readonly IReadOnlyList<Workload> All =
    [
        LifeCycle,
        new("throughput", "Throughput: 8 connections that stream in both directions, with one direction counted",
            ["--mode", "throughput", "--connections", "8"],
            [
                new("GB/s", r => r.GigabytesPerSecond, LessIsBetter: false, "0.00"),
                new("CPU s/GB", r => r.Server!.CpuSecondsPerGigabyte, LessIsBetter: true, "0.00"),
            ]),
        Messages("ping-pong", 64),
        Messages("ping-pong-1", 1),
        new("idle", "Idle: 5,000 connections that are silent after an echo of 13 bytes",
            ["--mode", "idle", "--connections", "10000", "--hold", "1s"],
            [
                new("KiB each", r => r.Server!.KiBPerConnection, LessIsBetter: true, "0.00"),
            ]),
    ];

    /// <summary>Whether the load runs for a given time.</summary>
    public bool IsTimed => Id != "idle";

    /// <summary>Whether servers with other buffer sizes take part.</summary>
    public bool SizeMatters => Id == "throughput";

    private static Workload Messages(string id, int connections) =>
        new(id,
            $"Ping-pong: {connections} connection{(connections == 1 ? "" : "s")}, 13 bytes sent and echoed, repeatedly",
            ["--mode", "ping-pong", "--connections", $"{connections}"],
            [
                new("CPU us", r => r.Server!.CpuMicrosecondsPerMessage, LessIsBetter: true, "0.00"),
                new("per second", r => r.MessagesPerSecond, LessIsBetter: false, "0"),
                new("p99 us", r => r.LatencyMicroseconds!.P99, LessIsBetter: true, "0"),
            ]);
}

/// <summary>A figure from the report of a run, shown as a column of the table.</summary>
internal sealed record Metric(string Title, Func<LoadReport, double> Read, bool LessIsBetter, string Format);
