using Serilog.Core;
using Serilog.Events;

namespace TcpClose.Output;

/// <summary>
/// Writes events in order on its own thread, so that a slow output does not delay the callers. If the queue is full, a
/// caller may wait for room. A pool thread waits for at most <see cref="PoolWaitLimit"/>, because the connections need
/// the pool. An event that finds no room is dropped, and a later line reports how many were dropped.
/// </summary>
public sealed class BackgroundSink : ILogEventSink, IDisposable
{
    /// <summary>The maximum number of waiting events.</summary>
    public const int Capacity = 10_000;

    /// <summary>
    /// The maximum time that a pool thread waits for room. Then pool threads drop events until the output takes another
    /// batch.
    /// </summary>
    public static readonly TimeSpan PoolWaitLimit = TimeSpan.FromMilliseconds(500);

    // An output that accepts no event for this long is stuck.
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(1);

    // Events are taken in batches, because a wake-up costs more than an event.
    private static readonly TimeSpan BatchInterval = TimeSpan.FromMilliseconds(2);

    private readonly ILogEventSink _sink;
    private readonly Action<long> _reportDropped;
    private readonly Action _flush;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private List<LogEvent> _waiting = [], _taken = [];
    private readonly bool _mayWait;
    private bool _isIdle, _isOver, _poolGaveUp;
    private long _dropped, _droppedAfterTaken, _progressAt = Environment.TickCount64;

    /// <summary>Starts the thread.</summary>
    /// <param name="sink">The output.</param>
    /// <param name="mayWait">Whether callers wait if the queue is full.</param>
    /// <param name="reportDropped">Receives the number of dropped events.</param>
    /// <param name="flush">Called after each batch.</param>
    public BackgroundSink(ILogEventSink sink, bool mayWait, Action<long> reportDropped, Action flush)
    {
        _sink = sink;
        _flush = flush;
        _mayWait = mayWait;
        _reportDropped = reportDropped;
        _thread = new Thread(WriteLoop) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        lock (_gate)
        {
            if (_waiting.Count >= Capacity && !WaitForRoom())
            {
                _dropped++;
                return;
            }

            _waiting.Add(logEvent);
            if (!_isIdle) return;
            _isIdle = false;
            Volatile.Write(ref _progressAt, Environment.TickCount64);    // it was idle, not stuck
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until all events have been written.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
    }

    // Called with the lock held. Returns false if there is no room.
    private bool WaitForRoom()
    {
        bool isPoolThread = Thread.CurrentThread.IsThreadPoolThread;
        long beganAt = Environment.TickCount64;
        while (_waiting.Count >= Capacity)
        {
            long now = Environment.TickCount64;
            if (!_mayWait || now - Volatile.Read(ref _progressAt) > StallTimeout.TotalMilliseconds) return false;
            if (isPoolThread && now - beganAt > PoolWaitLimit.TotalMilliseconds) _poolGaveUp = true;
            if (isPoolThread && _poolGaveUp) return false;
            Monitor.Wait(_gate, BatchInterval);
        }

        return true;
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
            if (_droppedAfterTaken > 0) _reportDropped(_droppedAfterTaken);
            _flush();
        }
    }

    // Returns false when the sink is disposed and no events wait.
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
            (_droppedAfterTaken, _dropped) = (_dropped, 0);    // dropped after the events that are taken now
            _poolGaveUp = false;
            Monitor.PulseAll(_gate);
            return _taken.Count > 0;
        }
    }
}
