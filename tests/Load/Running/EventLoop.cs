using Load.Sockets;
using Load.Workloads;
using TcpClose.Kernel;

namespace Load.Running;

/// <summary>Begins connections, drives each on when the kernel has something to say of it, and counts how they end.</summary>
internal sealed class EventLoop(LoadOptions options, Workload mode, Connector dialler)
{
    /// <summary>While the first connections are made, so many at most have had no byte yet: the server's backlog is finite.</summary>
    private const int MostUnanswered = 128;

    private readonly Epoll _epoll = new();
    private readonly Connection[] _connections = [.. Enumerable.Range(0, options.Connections).Select(i => new Connection(i))];
    private readonly int _mostAtOnce = (int)(mode is Streams ? options.Payload : PayloadBytes.LongestPart);
    private readonly Queue<Connection> _free = new();
    private int _firsts, _unanswered, _count;

    public Failures Failures { get; } = new();

    /// <summary>How many were under way at once, at most.</summary>
    public int MostUnderWay { get; private set; }

    /// <summary>Those that are under way.</summary>
    public IEnumerable<Connection> Open => _connections.Where(c => c.IsOpen);

    /// <summary>Whether none is under way, and none may follow.</summary>
    public bool IsDone => _count == 0 && !(MayBegin && (_free.Count > 0 || _firsts < _connections.Length));

    /// <summary>Whether another attempt would end like the last: no port, no descriptor, or nobody was ever there.</summary>
    public bool CannotProceed { get; private set; }

    private bool MayBegin => mode.MayBegin && !CannotProceed;

    /// <summary>Waits for the kernel, and does what can be done.</summary>
    public void Poll(int milliseconds)
    {
        while (_firsts < _connections.Length && _unanswered < MostUnanswered && MayBegin)
        {
            _unanswered++;
            Begin(_connections[_firsts++]);
        }

        int ready = _epoll.Wait(milliseconds);
        for (int i = 0; i < ready; i++)
            if (_epoll[i] is var (number, changes)) Drive(_connections[number], changes);
    }

    /// <summary>Begins anew where one has failed.</summary>
    public void BeginAgain()
    {
        for (int i = _free.Count; i > 0; i--)
            if (_free.Dequeue() is var again && MayBegin) Begin(again);
    }

    /// <summary>The mode has changed its mind: this one does what it may now.</summary>
    public void Advance(Connection connection) => Drive(connection, Epoll.In | Epoll.RdHup);

    /// <summary>It has failed. Another one may begin in its place, but later: a server that refuses would be asked as fast as it can refuse.</summary>
    public void Fail(Connection connection, Failure why)
    {
        // Whether it was our patience that ended or the kernel's.
        if (why == Failure.TimeOut && !connection.IsConnected) why = Failure.NoAnswer;
        Answered(connection);
        Failures.Add(why);
        mode.Failed(connection);
        connection.End();
        connection.Socket.Abort();
        _count--;
        _free.Enqueue(connection);
        CannotProceed |= why is Failure.NoPort or Failure.NoDescriptor || (Failures.IsNobody(why) && mode is { Completed: 0, Bytes: 0 });
    }

    private void Begin(Connection connection)
    {
        long now = Clock.Now;
        connection.Begin(mode.Started, now);
        mode.Begin(connection);
        MostUnderWay = Math.Max(MostUnderWay, ++_count);
        // It will not read its answer soon.
        if (connection.IsPaused) Answered(connection);

        Failure why = connection.Socket.Exists ? Failure.None : MakeSocket(connection);
        if (why == Failure.None) why = dialler.Connect(connection.Socket.Descriptor);
        // On loopback the handshake is over when connect returns: mostly these bytes go at once.
        if (why == Failure.None) Send(connection, now);
        else Fail(connection, why);
    }

    private Failure MakeSocket(Connection connection)
    {
        Failure why = dialler.Open(mode.HasSmallWindow(connection), out int socket);
        connection.Socket.Begin(socket);
        if (why == Failure.None) _epoll.Add(socket, connection.Number);
        return why;
    }

    private void Drive(Connection connection, uint changes)
    {
        long now = Clock.Now;
        const uint End = Epoll.RdHup | Epoll.Err | Epoll.Hup;
        // A connection that failed is told as writable, too.
        connection.IsConnected |= (changes & Epoll.Out) != 0 && (changes & (Epoll.Err | Epoll.Hup)) == 0;
        if ((changes & (Epoll.In | End)) != 0 && !connection.IsPaused)
        {
            long before = connection.Received;
            Failure read = connection.Receive(toTheEnd: (changes & End) != 0, now, out bool ended);
            if (connection.Received > before) Came(connection, connection.Received - before, now);
            if (read != Failure.None) Fail(connection, read);
            else if (ended) Ended(connection);
            if (read != Failure.None || ended) return;
        }

        Send(connection, now);
    }

    private void Send(Connection connection, long now)
    {
        Failure why = connection.Send(_mostAtOnce, now);
        if (why != Failure.None) Fail(connection, why);
        else if (connection.IsBlocked && !connection.Socket.KnowsRoom)
        {
            connection.Socket.KnowsRoom = true;
            _epoll.AddRoom(connection.Socket.Descriptor, connection.Number);
        }
    }

    private void Came(Connection connection, long bytes, long now)
    {
        Answered(connection);
        mode.Count(bytes);
        mode.Came(connection, now);
    }

    private void Ended(Connection connection)
    {
        Answered(connection);
        mode.End(connection, Clock.Now);
        connection.End();
        connection.Socket.Disconnect();
        _count--;
        if (MayBegin) Begin(connection);
        else connection.Socket.Close();
    }

    // The first connection in this place has had its first byte, or has ended.
    private void Answered(Connection connection)
    {
        if (connection.IsFirst) _unanswered--;
        connection.IsFirst = false;
    }
}
