using System.Diagnostics;

namespace TcpClose.Sockets;

/// <summary>A delay that ends early when its connection ends.</summary>
internal sealed class InterruptibleDelay
{
    private static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(10);

    private CancellationTokenSource? _current;

    /// <summary>
    /// Waits for <paramref name="time"/>, for <see cref="Interrupt"/>, or until <paramref name="hasEnded"/> returns
    /// true. It is polled less and less often, so that a long delay costs little: to within 2 % of the time that has
    /// passed, or 10 ms.
    /// </summary>
    public async Task WaitAsync(TimeSpan time, Func<bool> hasEnded)
    {
        using var interrupt = new CancellationTokenSource();
        Volatile.Write(ref _current, interrupt);
        long began = Stopwatch.GetTimestamp();
        for (TimeSpan left = time; left > TimeSpan.Zero && !interrupt.IsCancellationRequested && !hasEnded();)
        {
            TimeSpan waited = time - left, interval = waited / 50 > MinInterval ? waited / 50 : MinInterval;
            await Task.Delay(interval < left ? interval : left, interrupt.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            left = time - Stopwatch.GetElapsedTime(began);
        }

        Volatile.Write(ref _current, null);
    }

    /// <summary>Ends a wait that is under way.</summary>
    public void Interrupt()
    {
        try
        {
            Volatile.Read(ref _current)?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The delay ended at the same moment.
        }
    }
}
