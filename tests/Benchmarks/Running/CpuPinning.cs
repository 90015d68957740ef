using SideBySide.Tools;

namespace Benchmarks.Running;

/// <summary>Pins the server and the load generator to one core each, so neither slows down the other.</summary>
internal sealed class CpuPinning(bool wanted)
{
    private readonly bool _pinned = wanted && Environment.ProcessorCount > 1 && ExternalTool.IsInstalled("taskset");

    /// <summary>Describes the cores, for the report.</summary>
    public string Description => _pinned
        ? "The server runs on core 0 and the load generator on core 1 (taskset): a server in .NET uses only one core"
        : "The server and the load generator share the cores";

    /// <summary>The command prefix that pins a server.</summary>
    public string[] ServerPrefix => _pinned ? ["taskset", "-c", "0"] : [];

    /// <summary>The command prefix that pins the load generator.</summary>
    public string[] LoadPrefix => _pinned ? ["taskset", "-c", "1"] : [];
}
