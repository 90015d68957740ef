using Benchmarks.Measuring;

namespace Benchmarks.Running;

/// <summary>
/// A server during one workload. It is started and warmed up before its first turn. If memory is measured, each turn
/// gets a new server with a new heap.
/// </summary>
internal sealed class WarmServer(Workload workload, IEnumerable<string> command, CpuPinning cores,
    CancellationToken stop, string? file = null) : IAsyncDisposable
{
    // A .NET server compiles its hot methods while it runs. After a warm-up of 4 s it was still compiling, which cost a
    // tenth of the performance.
    public const int WarmUpSeconds = 15;

    private Server? _server;
    private LoadReport? _warmUp;

    /// <summary>Runs one turn. Starts and warms up the server first, if necessary.</summary>
    public async Task<LoadReport> LoadAsync(int seconds)
    {
        if (_server is null)
        {
            _server = await Server.StartAsync([.. cores.ServerPrefix, .. command], stop, file);
            _warmUp = await LoadAsync(workload.IsTimed ? workload : Workload.LifeCycle, WarmUpSeconds, _server);
        }

        LoadReport report = await LoadAsync(workload, seconds, _server) with { WarmUp = _warmUp };
        _warmUp = null;
        if (!workload.IsTimed) await DisposeAsync();
        return report;
    }

    /// <summary>Stops the server.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _server = null;
    }

    private Task<LoadReport> LoadAsync(Workload load, int seconds, Server server) => LoadReport.RunAsync(
        [.. cores.LoadPrefix, Programs.Ours("Load"), .. load.Load,
            .. load.IsTimed ? (string[])["--duration", $"{seconds}s"] : []], seconds, server, stop);
}
