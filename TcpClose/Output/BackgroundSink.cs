using Serilog.Core;
using Serilog.Events;

namespace TcpClose.Output;

/// <summary>
/// Lets whoever logs go on at once: a thread of its own hands the events to the sink behind it, in order. The queue is
/// bounded. Where the sink is merely slower, a full queue makes the callers wait; where it has not taken anything for
/// <see cref="StallTimeout"/> (a pipe that nobody reads), events are dropped, and counted in a line of their own later.
/// </summary>
public sealed class BackgroundSink : ILogEventSink, IDisposable
{
    /// <summary>How many events wait at most, behind those that are being written.</summary>
    public const int Capacity = 10_000;

    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(1);

    // While events keep coming the thread takes them a few at a time, not each with a wake-up of its own.
    private static readonly TimeSpan BatchInterval = TimeSpan.FromMilliseconds(2);

    private readonly ILogEventSink _sink;
    private readonly Action<long> _sayDropped;
    private readonly Action _flush;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private List<LogEvent> _waiting = [], _taken = [];
    private readonly bool _mayWait;
    private bool _isIdle, _isOver;
    private long _dropped, _droppedBehind, _progressAt = Environment.TickCount64;

    /// <summary>Begins to take events.</summary>
    /// <param name="sink">Where they go.</param>
    /// <param name="mayWait">Whether callers wait while a slower sink has a full queue; otherwise events are dropped at once.</param>
    /// <param name="sayDropped">Is told how many were dropped, once the sink takes some again.</param>
    /// <param name="flush">Is called when all that were waiting have been handed over.</param>
    public BackgroundSink(ILogEventSink sink, bool mayWait, Action<long> sayDropped, Action flush)
    {
        _sink = sink;
        _flush = flush;
        _mayWait = mayWait;
        _sayDropped = sayDropped;
        _thread = new Thread(WriteLoop) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        lock (_gate)
        {
            while (_waiting.Count >= Capacity)
            {
                if (!_mayWait || Environment.TickCount64 - Volatile.Read(ref _progressAt) > StallTimeout.TotalMilliseconds)
                {
                    _dropped++;
                    return;
                }

                Monitor.Wait(_gate, BatchInterval);
            }

            _waiting.Add(logEvent);
            if (!_isIdle) return;
            _isIdle = false;
            Volatile.Write(ref _progressAt, Environment.TickCount64);    // it was idle, not stuck
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until all has been written.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
    }

    private void WriteLoop()
    {
        while (TakeBatch())
        {
            foreach (LogEvent logEvent in _taken)
            {
                Volatile.Write(ref _progressAt, Environment.TickCount64);
                _sink.Emit(logEvent);
            }

            _taken.Clear();
            Volatile.Write(ref _progressAt, Environment.TickCount64);
            if (_droppedBehind > 0) _sayDropped(_droppedBehind);
            _flush();
        }
    }

    // False where it is over.
    private bool TakeBatch()
    {
        lock (_gate)
        {
            if (!_isOver) Monitor.Wait(_gate, BatchInterval);
            while (_waiting.Count == 0 && !_isOver)
            {
                _isIdle = true;
                Monitor.Wait(_gate);
            }

            Volatile.Write(ref _progressAt, Environment.TickCount64);
            (_waiting, _taken) = (_taken, _waiting);
            (_droppedBehind, _dropped) = (_dropped, 0);    // those came behind what is taken now
            Monitor.PulseAll(_gate);
            return _taken.Count > 0;
        }
    }
}
