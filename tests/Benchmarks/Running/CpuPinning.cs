using SideBySide.Tools;

namespace Benchmarks.Running;

/// <summary>The server has one core and the load another, so that neither takes time from the other.</summary>
/// <param name="wanted">Whether that is wanted; it takes two cores, and taskset.</param>
internal sealed class CpuPinning(bool wanted)
{
    private readonly bool _pinned = wanted && Environment.ProcessorCount > 1 && ExternalTool.IsInstalled("taskset");

    /// <summary>For the head of the report.</summary>
    public string Description => _pinned
        ? "The server has core 0 to itself and the load core 1 (taskset): a server in .NET knows of one core only"
        : "Server and load share the cores";

    /// <summary>What stands before the command of a server.</summary>
    public string[] OfServer => _pinned ? ["taskset", "-c", "0"] : [];

    /// <summary>What stands before the command of the load generator.</summary>
    public string[] OfLoad => _pinned ? ["taskset", "-c", "1"] : [];
}
