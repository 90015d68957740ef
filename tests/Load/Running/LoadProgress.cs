using Load.Sockets;
using Load.Workloads;
using TcpClose.Kernel;
using TcpClose.Output;

namespace Load.Running;

/// <summary>Shows the progress twice a second on standard error, if that is a terminal.</summary>
internal sealed class LoadProgress(Workload workload) : IDisposable
{
    private const long Period = 500_000_000;

    private readonly ProgressLine? _line = ProgressLine.OnStandardError();
    private readonly long _beganAt = Clock.Now;
    private long _drawnAt = Clock.Now;

    /// <summary>Draws the line if half a second has passed.</summary>
    public void Draw(long now, Failures failures)
    {
        if (_line is null || now - _drawnAt < Period) return;
        _drawnAt = now;
        long seconds = (now - _beganAt) / 1_000_000_000, open = workload.Started - workload.Completed - failures.All;
        _line.Draw($"{seconds} s: {open:N0} open, {workload.Progress}, {failures.All:N0} failures");
    }

    /// <summary>Clears the line.</summary>
    public void Dispose() => _line?.Dispose();
}
