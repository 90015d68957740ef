using System.Runtime.InteropServices;

namespace TcpClose;

/// <summary>
/// Ctrl+C and SIGTERM (and a closed terminal, SIGHUP) as two cancellation tokens: the first signal asks to stop, a
/// second one asks again. The process itself is never killed by them.
/// </summary>
public sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _first = new(), _second = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Begins to listen for signals.</summary>
    public StopSignal()
    {
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            _registrations.Add(PosixSignalRegistration.Create(signal, Received));
    }

    /// <summary>Cancelled by the first signal: please stop.</summary>
    public CancellationToken Asked => _first.Token;

    /// <summary>Cancelled by the second signal: now.</summary>
    public CancellationToken AskedAgain => _second.Token;

    /// <summary>
    /// Also stops when standard input ends. A program that starts this one as its child keeps the pipe open: it closes
    /// it to stop the child, and when it is killed outright the kernel does.
    /// </summary>
    public void WatchStandardInput()
    {
        // A thread that is never waited for: a blocking read cannot be cancelled, and must not keep the process alive.
        var watcher = new Thread(() =>
        {
            using Stream input = Console.OpenStandardInput();
            Span<byte> ignored = stackalloc byte[64];
            while (input.Read(ignored) > 0) { }
            Ask();
        })
        { IsBackground = true, Name = "standard input" };
        watcher.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
    }

    private void Received(PosixSignalContext context)
    {
        context.Cancel = true;
        Ask();
    }

    private void Ask()
    {
        CancellationTokenSource next = _first.IsCancellationRequested ? _second : _first;
        next.Cancel();
    }
}
