using System.Runtime.InteropServices;

namespace TcpClose.Cli;

/// <summary>
/// Ctrl+C and SIGTERM (and a closed terminal, SIGHUP) as two cancellation tokens: the first signal asks to stop, a
/// second one to abort. A process that has not ended by itself after <c>lastResort</c>, for instance because it blocks
/// on an output that is no longer read, is ended with the same exit code.
/// </summary>
public sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _first = new(), _second = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly TimeSpan _lastResort;
    private readonly int _exitCode;
    private int _signals;

    /// <summary>Begins to listen for signals.</summary>
    public StopSignal(TimeSpan lastResort, int exitCode)
    {
        _lastResort = lastResort;
        _exitCode = exitCode;
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            _registrations.Add(PosixSignalRegistration.Create(signal, Received));
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken StopRequested => _first.Token;

    /// <summary>Cancelled by the second signal.</summary>
    public CancellationToken AbortRequested => _second.Token;

    /// <summary>
    /// Also stops when standard input ends. A program that starts this one as its child keeps the pipe open: it closes
    /// it to stop the child, and when it is killed outright the kernel does. It is no second signal: a terminal's
    /// Ctrl+C reaches parent and child, and the parent then closes the pipe.
    /// </summary>
    public void WatchStandardInput() => Background("standard input", () =>
    {
        using Stream input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[64];
        while (input.Read(ignored) > 0) { }
        Stop();
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
    }

    private void Received(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) == 1) Stop();
        else _second.Cancel();
    }

    private void Stop()
    {
        Background("last resort", () =>
        {
            Thread.Sleep(_lastResort);
            Environment.Exit(_exitCode);
        });
        _first.Cancel();
    }

    // A background thread, because all threads of the pool may be blocked when it is needed.
    private static void Background(string name, ThreadStart work) => new Thread(work) { IsBackground = true, Name = name }.Start();
}
