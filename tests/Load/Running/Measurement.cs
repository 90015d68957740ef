using Load.Reporting;
using Load.Sockets;
using Load.Workloads;

namespace Load.Running;

/// <summary>Runs a load, and measures its cost for the server and for this program.</summary>
internal sealed class Measurement
{
    private readonly LoadOptions _options;
    private readonly Workload _workload;
    private readonly EventLoop _eventLoop;
    private readonly LoadRun _run;
    private readonly ServerProcess? _server;
    private long? _residentHeld;
    private Held? _held;

    public Measurement(LoadOptions options, Connector connector, ServerProcess? server)
    {
        (_options, _server) = (options, server);
        _workload = Workload.For(options);
        _eventLoop = new EventLoop(options, _workload, connector);
        _run = new LoadRun(options, _workload, _eventLoop, new LoadProgress(_workload)) { TimeUp = MeasureHeld };
    }

    public Failures Failures => _eventLoop.Failures;

    /// <summary>Whether no byte was received and no connection completed.</summary>
    public bool NothingCameBack => _workload is { Completed: 0, Bytes: 0 };

    /// <summary>Runs the load until it ends or is interrupted.</summary>
    public Report Run(CancellationToken stop)
    {
        long ownBefore = ServerProcess.Own;
        long? resident = _server?.ResidentKiB(), before = _server?.CpuTime();
        _run.Run(stop);
        double? serverCpu = (_server?.CpuTime() - before) / 1e9;
        double ownCpu = (ServerProcess.Own - ownBefore) / 1e9, seconds = (_run.EndedAt - _run.BeganAt) / 1e9;

        double gigabytes = _workload.Bytes / 1e9;
        var cost = new ServerCost(serverCpu,
            _workload is LifeCycles && _workload.Completed > 0 ? serverCpu * 1e6 / _workload.Completed : null,
            _workload.Messages > 0 ? serverCpu * 1e6 / _workload.Messages : null,
            _workload is Streams && gigabytes > 0 ? serverCpu / gigabytes : null,
            resident, _residentHeld,
            _held is { } held && held.Established + held.HalfClosed is > 0 and var open
                ? (double?)(_residentHeld - resident) / open
                : null);
        return new Report(_options.Mode, _options.Connections, _eventLoop.MaxOpen, _options.Payload, seconds,
            _workload.Completed, _workload.Completed / seconds,
            _workload.Messages, _workload.Messages / seconds,
            _workload.Bytes, gigabytes / seconds,
            Latency.Of(_workload.Latency), _held, Failures.ByKind(),
            _server is null ? null : cost, new OwnCost(ownCpu));
    }

    private void MeasureHeld()
    {
        if (_workload is not Idle) return;
        const int Established = 1, FinWait1 = 4, FinWait2 = 5;
        ILookup<int, Connection> states = _eventLoop.Open.ToLookup(c => c.Socket.State());
        int established = states[Established].Count(), halfClosed = states[FinWait1].Count() + states[FinWait2].Count();
        _held = new Held(established, halfClosed, states.Sum(s => s.Count()) - established - halfClosed);
        _residentHeld = _server?.ResidentKiB();
    }
}
