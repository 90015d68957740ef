using System.Diagnostics;

namespace TcpClose.Sockets;

/// <summary>A delay that ends early when its connection ends.</summary>
internal sealed class InterruptibleDelay
{
    private static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(10);

    private CancellationTokenSource? _current;

    /// <summary>
    /// Waits until <paramref name="time"/> has passed, <see cref="Interrupt"/> is called, or
    /// <paramref name="hasEnded"/> returns true. The longer the wait, the less often <paramref name="hasEnded"/> is
    /// polled.
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

    /// <summary>Ends the current wait, if there is one.</summary>
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
