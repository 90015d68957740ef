using System.Text.Json;
using System.Text.Json.Serialization;

namespace Load.Reporting;

/// <summary>The result of a run, as printed by <c>--json</c>. Values that do not apply are null and omitted.</summary>
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
    /// <summary>The report as one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Default.Report);
}

/// <summary>The latency of a life cycle or a message, in microseconds.</summary>
internal sealed record Latency(double P50, double P99, double P999, double Max)
{
    public static Latency? Of(Histogram? times) => times is null or { Count: 0 } ? null
        : new(times.Percentile(0.5) / 1e3, times.Percentile(0.99) / 1e3, times.Percentile(0.999) / 1e3,
            times.Max / 1e3);
}

/// <summary>
/// The number of held connections: open in both directions, half-closed by this program, and ended by the server.
/// </summary>
internal sealed record Held(int Established, int HalfClosed, int Ended);

/// <summary>The CPU time and memory that the load cost the server.</summary>
internal sealed record ServerCost(
    double? CpuSeconds,
    double? CpuMicrosecondsPerLifeCycle,
    double? CpuMicrosecondsPerMessage,
    double? CpuSecondsPerGigabyte,
    long? ResidentKiB,
    long? ResidentKiBHeld,
    double? KiBPerConnection);

/// <summary>The CPU time that the load cost this program.</summary>
internal sealed record OwnCost(double CpuSeconds);

/// <summary>The JSON serializer of a report, generated at compile time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Report))]
internal sealed partial class ReportJson : JsonSerializerContext;
