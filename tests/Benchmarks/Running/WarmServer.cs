using Benchmarks.Measuring;

namespace Benchmarks.Running;

/// <summary>
/// A server that takes part in one workload: started and made warm before its first turn, it waits while the others
/// have theirs. Where memory is measured it is started again each time, so that no turn starts with the heap of an
/// earlier one.
/// </summary>
internal sealed class WarmServer(Workload workload, IEnumerable<string> command, CpuPinning cores,
    CancellationToken stop, string? file = null) : IAsyncDisposable
{
    // A .NET server compiles its hot methods while it runs, and again when it knows how they are used. After 4 s it was
    // still at it, on the processor where it serves: a tenth was missing then, the more the longer the code.
    public const int WarmUpSeconds = 15;

    private Server? _server;
    private LoadReport? _warmUp;

    /// <summary>Has its turn.</summary>
    public async Task<LoadReport> LoadAsync(int seconds)
    {
        if (_server is null)
        {
            _server = await Server.StartAsync([.. cores.OfServer, .. command], stop, file);
            _warmUp = await LoadAsync(workload.IsTimed ? workload : Workload.LifeCycle, WarmUpSeconds, _server);
        }

        LoadReport report = await LoadAsync(workload, seconds, _server) with { WarmUp = _warmUp };
        _warmUp = null;
        if (!workload.IsTimed) await DisposeAsync();
        return report;
    }

    /// <summary>Ends the server.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _server = null;
    }

    private Task<LoadReport> LoadAsync(Workload load, int seconds, Server server) => LoadReport.RunAsync(
        [.. cores.OfLoad, Programs.Ours("Load"), .. load.Load,
            .. load.IsTimed ? (string[])["--duration", $"{seconds}s"] : []], seconds, server, stop);
}
