using System.Runtime.InteropServices;

namespace TcpClose.Cli;

/// <summary>
/// Turns Ctrl+C, SIGTERM and SIGHUP into two cancellation tokens: the first signal requests a stop, the second an
/// abort. If the process still runs <c>forcedExitAfter</c> after the first signal, it exits with the given exit code.
/// </summary>
public sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _first = new(), _second = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly TimeSpan _forcedExitAfter;
    private readonly int _exitCode;
    private int _signals;

    /// <summary>Registers the signal handlers.</summary>
    public StopSignal(TimeSpan forcedExitAfter, int exitCode)
    {
        _forcedExitAfter = forcedExitAfter;
        _exitCode = exitCode;
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            _registrations.Add(PosixSignalRegistration.Create(signal, Received));
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken StopRequested => _first.Token;

    /// <summary>Cancelled by the second signal.</summary>
    public CancellationToken AbortRequested => _second.Token;

    /// <summary>
    /// Also stops when standard input ends. A parent process closes the pipe to stop this child. The end of input never
    /// counts as the second signal, because Ctrl+C reaches parent and child, and the parent then also closes the pipe.
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
        Background("forced exit", () =>
        {
            Thread.Sleep(_forcedExitAfter);
            Environment.Exit(_exitCode);
        });
        _first.Cancel();
    }

    // The work runs on a new thread, because all threads of the pool may be blocked.
    private static void Background(string name, ThreadStart work) =>
        new Thread(work) { IsBackground = true, Name = name }.Start();
}
