using System.Runtime.InteropServices;
using TcpClose;

namespace Load;

/// <summary>One thread, one loop: begins connections, drives each on when the kernel has something to say of it, and counts.</summary>
internal sealed class LoadRun(LoadOptions options, Mode mode, Dialler dialler, ProgressLine progress)
{
    /// <summary>While the first connections are made, so many at most have had no byte yet: the server's backlog is finite.</summary>
    private const int MostUnanswered = 128;

    private const int SweepMs = 50;

    private readonly Epoll _epoll = new();
    private readonly Connection[] _connections = [.. Enumerable.Range(0, options.Connections).Select(i => new Connection(i))];
    private readonly int _mostAtOnce = (int)(mode is Streams ? options.Payload : Script.LongestPart);
    private readonly Queue<Connection> _free = new();
    private int _firsts, _unanswered, _open;
    private long _endsAt = long.MaxValue;

    public Failures Failures { get; } = new();

    /// <summary>When it began and when the last connection had ended, in nanoseconds.</summary>
    public long BeganAt { get; private set; }

    public long EndedAt { get; private set; }

    /// <summary>Called once, when the time of holding is over.</summary>
    public Action<IEnumerable<Connection>>? Held { get; init; }

    /// <summary>The error behind the first failure that has no kind of its own.</summary>
    public string? FirstOther { get; private set; }

    /// <summary>Runs until all is done.</summary>
    public void Run(CancellationToken stop)
    {
        BeganAt = Clock.Now;
        for (long nextSweep = BeganAt; ;)
        {
            if (stop.IsCancellationRequested) break;
            BeginMore();
            if (_open == 0 && _free.Count == 0 && (_firsts == _connections.Length || !mode.MayBegin)) break;
            int ready = _epoll.Wait(SweepMs);
            for (int i = 0; i < ready; i++) Drive(_epoll[i]);
            if (Clock.Now is var now && now < nextSweep) continue;
            Sweep(now);
            nextSweep = now + (SweepMs * 1_000_000L);
        }

        EndedAt = Clock.Now;
        progress.Wipe();
    }

    private void BeginMore()
    {
        while (_firsts < _connections.Length && _unanswered < MostUnanswered && mode.MayBegin)
        {
            _unanswered++;
            Begin(_connections[_firsts++]);
        }
    }

    private void Begin(Connection connection)
    {
        long now = Clock.Now;
        Failure why = dialler.Dial(mode.HasSmallWindow(connection), out int socket);
        connection.Begin(socket, mode.Begun, now);
        mode.Begin(connection);
        _open++;
        // It will not read its answer soon.
        if (connection.IsPaused) Answered(connection);
        // On loopback the handshake is over when connect returns: mostly these bytes go at once.
        if (why == Failure.None) why = connection.Send(_mostAtOnce, now);
        if (why != Failure.None) Fail(connection, why);
        else _epoll.Add(socket, connection.Number, Epoll.In | Epoll.RdHup | (connection.FinQueued ? 0 : Epoll.Out));
    }

    private void Drive((int Number, uint Changes) change) => Drive(_connections[change.Number], change.Changes);

    private void Drive(Connection connection, uint changes)
    {
        long now = Clock.Now;
        connection.IsConnected |= (changes & Epoll.Out) != 0;
        const uint Readable = Epoll.In | Epoll.RdHup | Epoll.Err | Epoll.Hup;
        if ((changes & Readable) != 0 && !connection.IsPaused)
        {
            long before = connection.Received;
            Failure read = connection.Receive((changes & (Readable ^ Epoll.In)) != 0, now, out bool ended);
            if (connection.Received > before) Came(connection, connection.Received - before, first: before == 0, now);
            if (read != Failure.None) Fail(connection, read);
            else if (ended) End(connection);
            if (read != Failure.None || ended) return;
        }

        if (connection.Send(_mostAtOnce, now) is not Failure.None and var sent) Fail(connection, sent);
    }

    private void Came(Connection connection, long bytes, bool first, long now)
    {
        if (first) Answered(connection);
        mode.Count(bytes);
        mode.Came(connection, now);
    }

    // The first connection in this place has had its first byte, or has ended.
    private void Answered(Connection connection)
    {
        if (connection.IsFirst) _unanswered--;
        connection.IsFirst = false;
    }

    private void End(Connection connection)
    {
        Answered(connection);
        connection.Close();
        _open--;
        mode.End(connection, Clock.Now);
        if (mode.MayBegin) Begin(connection);
    }

    // Another one may begin in its place, but not at once: a server that refuses would be asked as fast as it can refuse.
    private void Fail(Connection connection, Failure why)
    {
        if (why == Failure.Other) FirstOther ??= Marshal.GetPInvokeErrorMessage(Libc.Error);
        Answered(connection);
        Failures.Add(why);
        mode.Failed(connection);
        if (connection.IsOpen) connection.Abort();
        _open--;
        _free.Enqueue(connection);
        if (why is Failure.NoPort or Failure.NoDescriptor || (why == Failure.Refused && mode.Whole == 0 && mode.Bytes == 0)) Finish();
    }

    private void Sweep(long now)
    {
        progress.Draw(now, Failures);
        if (_endsAt == long.MaxValue && mode.IsReady && options.Count is null) _endsAt = (mode is Idle ? now : BeganAt) + Nanoseconds(options.Duration);
        if (now >= _endsAt && !mode.IsOver)
        {
            Held?.Invoke(_connections.Where(c => c.IsOpen));
            Finish();
        }

        long stuckSince = now - Nanoseconds(options.Timeout);
        foreach (Connection connection in _connections)
            if (connection.IsOpen && connection.MovedAt < stuckSince && !IsHeld(connection)) Fail(connection, Failure.TimeOut);
        for (int i = _free.Count; i > 0; i--)
            if (_free.Dequeue() is var again && mode.MayBegin) Begin(again);
    }

    // Silence that the mode has asked for.
    private bool IsHeld(Connection connection) => mode is Idle && !mode.IsOver && (connection.IsPaused || connection.Received == connection.Goal);

    private void Finish()
    {
        if (mode.IsOver) return;
        mode.Finish();
        long now = Clock.Now;
        foreach (Connection connection in _connections.Where(c => c.IsOpen))
        {
            mode.Over(connection);
            connection.Touch(now);
            Drive(connection, Epoll.In | Epoll.RdHup);
        }
    }

    private static long Nanoseconds(TimeSpan time) => time.Ticks * 100;
}
