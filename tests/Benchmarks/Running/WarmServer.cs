using Benchmarks.Measuring;

namespace Benchmarks.Running;

/// <summary>
/// A server during one workload. It is started and warmed up before its first turn, and is idle during the turns of the
/// other servers. If memory is measured, it is started again for each turn, so that no turn starts with the heap of an
/// earlier one.
/// </summary>
internal sealed class WarmServer(Workload workload, IEnumerable<string> command, CpuPinning cores,
    CancellationToken stop, string? file = null) : IAsyncDisposable
{
    // A .NET server compiles its hot methods while it runs, and again when it has observed how they are used. After a
    // warm-up of 4 s it was still compiling on the core that also serves. This cost a tenth of the performance, and
    // more for longer code.
    public const int WarmUpSeconds = 15;

    private Server? _server;
    private LoadReport? _warmUp;

    /// <summary>Runs one turn. If the server is not running, it is first started and warmed up.</summary>
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
