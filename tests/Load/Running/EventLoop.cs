using Load.Sockets;
using Load.Workloads;
using TcpClose.Kernel;

namespace Load.Running;

/// <summary>Starts the connections, drives each one when its socket changes, and counts the failures.</summary>
internal sealed class EventLoop(LoadOptions options, Workload workload, Connector connector)
{
    /// <summary>
    /// At the start of a run, the maximum number of connections that wait for their first byte. More could overflow the
    /// server's listen backlog.
    /// </summary>
    private const int MaxUnanswered = 128;

    private readonly Epoll _epoll = new();
    private readonly Connection[] _connections = [.. Enumerable.Range(0, options.Connections)
        .Select(i => new Connection(i))];
    private readonly int _maxSend = (int)(workload is Streams ? options.Payload : PayloadBytes.MaxPartLength);
    private readonly Queue<Connection> _free = new();
    private int _firsts, _unanswered, _count;

    public Failures Failures { get; } = new();

    /// <summary>The highest number of connections that were open at the same time so far.</summary>
    public int MaxOpen { get; private set; }

    /// <summary>The connections that are open.</summary>
    public IEnumerable<Connection> Open => _connections.Where(c => c.IsOpen);

    /// <summary>Whether no connection is open and none may start.</summary>
    public bool IsDone => _count == 0 && !(MayBegin && (_free.Count > 0 || _firsts < _connections.Length));

    /// <summary>Whether no port or descriptor is left, or the server was never reached.</summary>
    public bool CannotProceed { get; private set; }

    private bool MayBegin => workload.MayBegin && !CannotProceed;

    /// <summary>
    /// Starts connections that have not started yet, as far as <see cref="MaxUnanswered"/> allows. Then waits for
    /// changes, and drives the connections that have changed.
    /// </summary>
    public void Poll(int milliseconds)
    {
        while (_firsts < _connections.Length && _unanswered < MaxUnanswered && MayBegin)
        {
            _unanswered++;
            Begin(_connections[_firsts++]);
        }

        int ready = _epoll.Wait(milliseconds);
        for (int i = 0; i < ready; i++)
            if (_epoll[i] is var (number, changes)) Drive(_connections[number], changes);
    }

    /// <summary>Starts a new connection in place of each failed one, if new ones may still begin.</summary>
    public void ReplaceFailed()
    {
        for (int i = _free.Count; i > 0; i--)
            if (_free.Dequeue() is var failed && MayBegin) Begin(failed);
    }

    /// <summary>Continues a connection whose limits the workload has changed.</summary>
    public void Advance(Connection connection) => Drive(connection, Epoll.In | Epoll.RdHup);

    /// <summary>
    /// Counts a failure and aborts the connection. Its replacement starts later, to limit the rate of attempts.
    /// </summary>
    public void Fail(Connection connection, Failure why)
    {
        // The time-out expired before the handshake was complete.
        if (why == Failure.TimeOut && !connection.IsConnected) why = Failure.NoAnswer;
        MarkAnswered(connection);
        Failures.Add(why);
        workload.OnFailed(connection);
        connection.End();
        connection.Socket.Abort();
        _count--;
        _free.Enqueue(connection);
        CannotProceed |= why is Failure.NoPort or Failure.NoDescriptor
            || (Failures.MeansNoServer(why) && workload is { Completed: 0, Bytes: 0 });
    }

    private void Begin(Connection connection)
    {
        long now = Clock.Now;
        connection.Begin(workload.Started, now);
        workload.Begin(connection);
        MaxOpen = Math.Max(MaxOpen, ++_count);
        // A paused connection does not read yet. It must not prevent others from starting.
        if (connection.IsPaused) MarkAnswered(connection);

        Failure why = connection.Socket.Exists ? Failure.None : CreateSocket(connection);
        if (why == Failure.None) why = connector.Connect(connection.Socket.Descriptor);
        // On loopback the handshake is usually complete when connect returns.
        if (why == Failure.None) Send(connection, now);
        else Fail(connection, why);
    }

    private Failure CreateSocket(Connection connection)
    {
        Failure why = connector.Open(workload.HasSmallWindow(connection), out int socket);
        connection.Socket.Begin(socket);
        if (why == Failure.None) _epoll.Add(socket, connection.Number);
        return why;
    }

    private void Drive(Connection connection, uint changes)
    {
        long now = Clock.Now;
        const uint End = Epoll.RdHup | Epoll.Err | Epoll.Hup;
        // epoll also reports a failed connection as writable.
        connection.IsConnected |= (changes & Epoll.Out) != 0 && (changes & (Epoll.Err | Epoll.Hup)) == 0;
        if ((changes & (Epoll.In | End)) != 0 && !connection.IsPaused)
        {
            long before = connection.Received;
            Failure read = connection.Receive(toTheEnd: (changes & End) != 0, now, out bool ended);
            if (connection.Received > before) OnReceived(connection, connection.Received - before, now);
            if (read != Failure.None) Fail(connection, read);
            else if (ended) OnEndOfStream(connection);
            if (read != Failure.None || ended) return;
        }

        Send(connection, now);
    }

    private void Send(Connection connection, long now)
    {
        Failure why = connection.Send(_maxSend, now);
        if (why != Failure.None) Fail(connection, why);
        else if (connection.IsBlocked && !connection.Socket.IsWatchedForRoom)
        {
            connection.Socket.IsWatchedForRoom = true;
            _epoll.AddRoom(connection.Socket.Descriptor, connection.Number);
        }
    }

    private void OnReceived(Connection connection, long bytes, long now)
    {
        MarkAnswered(connection);
        workload.Count(bytes);
        workload.OnReceived(connection, now);
    }

    private void OnEndOfStream(Connection connection)
    {
        MarkAnswered(connection);
        workload.End(connection, Clock.Now);
        connection.End();
        connection.Socket.Disconnect();
        _count--;
        if (MayBegin) Begin(connection);
        else connection.Socket.Close();
    }

    // If the connection counts as unanswered, stops counting it.
    private void MarkAnswered(Connection connection)
    {
        if (connection.IsFirst) _unanswered--;
        connection.IsFirst = false;
    }
}
