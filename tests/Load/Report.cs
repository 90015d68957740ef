using System.Text.Json;
using System.Text.Json.Serialization;

namespace Load;

/// <summary>What a run found, as <c>--json</c> prints it. What has no meaning in a mode is null, and left out.</summary>
internal sealed record Report(
    string Mode,
    int Connections,
    int ConnectionsAtOnce,
    long Payload,
    double Seconds,
    long LifeCycles,
    double LifeCyclesPerSecond,
    long? Messages,
    double? MessagesPerSecond,
    long Bytes,
    double GigabytesPerSecond,
    Latency? LatencyMicroseconds,
    Held? Held,
    IReadOnlyDictionary<string, long> Failures,
    ServerCost? Server,
    OwnCost Client)
{
    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>One line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, CamelCase);
}

/// <summary>So long at most took half of all, 99 of 100, 999 of 1000, and the slowest.</summary>
internal sealed record Latency(double P50, double P99, double P999, double Max)
{
    public static Latency? Of(Histogram? times) => times is null or { Count: 0 } ? null
        : new(times.Percentile(0.5) / 1e3, times.Percentile(0.99) / 1e3, times.Percentile(0.999) / 1e3, times.Longest / 1e3);
}

/// <summary>What the kernel said of our sockets while they were held: open both ways, half-closed by us, ended by the server.</summary>
internal sealed record Held(int Established, int HalfClosed, int Ended);

/// <summary>What the load cost the server.</summary>
internal sealed record ServerCost(
    double? CpuSeconds,
    double? CpuMicrosecondsPerLifeCycle,
    double? CpuMicrosecondsPerMessage,
    double? CpuSecondsPerGigabyte,
    long? ResidentKiB,
    long? ResidentKiBHeld,
    double? KiBPerConnection);

/// <summary>What the load cost this program.</summary>
internal sealed record OwnCost(double CpuSeconds);
