using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Channels;
using TcpClose.Kernel;

namespace TcpDemo.Tests.Infrastructure.Relays;

/// <summary>Forwards one direction of one connection through a <see cref="FaultyRelay"/>, with a fault.</summary>
internal sealed class FaultyPump(Socket from, Socket to, Fault fault, TimeSpan after, Func<Task>? standsUntil)
{
    private const int Short = 1000, FlippedByte = 5000, Dropped = 100, Large = 100_000, Tail = 1000;
    private static readonly TimeSpan IdleStep = TimeSpan.FromMilliseconds(5);

    private readonly Channel<byte[]> _unlimited = Channel.CreateUnbounded<byte[]>();
    private Task _forwarding = Task.CompletedTask;
    private byte[] _held = [];
    private long _passed, _cutAfter = -1, _lastPassedAt = Stopwatch.GetTimestamp();
    private volatile bool _silent, _ended, _isSending;

    // Whether bytes wait that cannot be forwarded, and this relay does not notice that the connection has ended.
    private bool IsBlind => fault == Fault.LeakWhenFull && _isSending;

    /// <summary>
    /// How long after the FIN's arrival the connection was cut; null if it was not. On a busy machine the cut is late.
    /// </summary>
    public TimeSpan? CutAfter
    {
        get => Interlocked.Read(ref _cutAfter) is var ticks and >= 0 ? TimeSpan.FromTicks(ticks) : null;
        private set => Interlocked.Exchange(ref _cutAfter, value?.Ticks ?? -1);
    }

    public async Task RunAsync(FaultyPump back)
    {
        byte[] buffer = new byte[32 * 1024];
        try
        {
            if (fault == Fault.StandStill) from.ReceiveBufferSize = to.SendBufferSize = 16 * 1024;
            if (fault == Fault.CloseWithBytesLeft) _forwarding = ForwardUnlimitedAsync();
            while (await from.ReceiveAsync(buffer.AsMemory()) is var count and > 0)
            {
                await PassAsync(buffer[..count]);

                // Stops reading, for good or for a while, and keeps the connection open.
                if (fault != Fault.StandStill || _passed <= Short) continue;
                if (standsUntil is null) return;
                await standsUntil();
            }

            _ended = true;
            if (!_silent) await FinAsync(back);
        }
        catch (SocketException) when (fault == Fault.FinForReset)
        {
            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException) when (fault == Fault.EndOnReset)
        {
            await standsUntil!();
        }
        catch (SocketException) when (fault == Fault.SwallowReset)
        {
            // The reset is not forwarded.
        }
        catch (SocketException) when (IsBlind || back.IsBlind)
        {
            // The other side does not learn that the connection has ended.
        }
        catch (SocketException) when (!_silent)
        {
            // A reset on one side is forwarded to the other.
            to.Abort();
            from.Abort();
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
        }
    }

    private async Task PassAsync(byte[] bytes)
    {
        if (_silent) return;
        _lastPassedAt = Stopwatch.GetTimestamp();
        if (fault == Fault.CloseWithBytesLeft)
        {
            _passed += bytes.Length;
            await _unlimited.Writer.WriteAsync(bytes);
            return;
        }

        if (fault == Fault.Late) await Task.Delay(after);
        if (fault == Fault.FlipAByte && _passed <= FlippedByte && FlippedByte < _passed + bytes.Length)
            bytes[FlippedByte - _passed] ^= 1;
        bytes = [.. _held, .. bytes];
        _passed += bytes.Length - _held.Length;
        int held = fault == Fault.DropTheLast && _passed > Short ? Math.Min(Dropped, bytes.Length)
            : fault == Fault.DropTailOfLarge && _passed >= Large ? Math.Min(Tail, bytes.Length)
            : 0;
        _held = bytes[^held..];
        for (Memory<byte> rest = bytes.AsMemory(0, bytes.Length - held); rest.Length > 0;)
        {
            ValueTask<int> sending = to.SendAsync(rest);
            _isSending = !sending.IsCompleted;
            rest = rest[await sending..];
            _isSending = false;
        }
    }

    private async Task ForwardUnlimitedAsync()
    {
        try
        {
            await foreach (byte[] bytes in _unlimited.Reader.ReadAllAsync())
            {
                for (Memory<byte> rest = bytes; rest.Length > 0;) rest = rest[await to.SendAsync(rest)..];
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // Closed although bytes were left.
        }
    }

    private async Task FinAsync(FaultyPump back)
    {
        if (fault == Fault.SwallowFin || (fault == Fault.SwallowFinAfterLittle && _passed <= Short)) return;
        if (fault == Fault.CloseWithBytesLeft)
        {
            _unlimited.Writer.Complete();
            await Task.Delay(after);
            if (!back._ended) return;

            // The end of stream follows what the kernel still holds. The bytes of this program are lost.
            to.Shutdown(SocketShutdown.Send);
            await _forwarding;
            CloseBoth();
            return;
        }

        long began = Stopwatch.GetTimestamp();
        TimeSpan arrived = SocketState.SinceLastSegment(from) ?? TimeSpan.Zero;
        if (fault == Fault.LateFin) await Task.Delay(after);
        if (fault == Fault.ResetForFin)
        {
            to.Abort();
            return;
        }

        to.Shutdown(SocketShutdown.Send);
        if (fault is not (Fault.FullCloseOnFin or Fault.CutAfterFin or Fault.GoSilentAfterFin
            or Fault.IdleCutAfterFin)) return;
        if (fault == Fault.IdleCutAfterFin) await back.IsIdleForAsync(after);
        else await Task.Delay(after);
        if (back._ended) return;
        if (fault == Fault.GoSilentAfterFin)
        {
            CutAfter = arrived + Stopwatch.GetElapsedTime(began);
            back._silent = true;
            return;
        }

        CutAfter = arrived + Stopwatch.GetElapsedTime(began);
        CloseBoth();
    }

    private void CloseBoth()
    {
        from.Shutdown(SocketShutdown.Send);
        from.Dispose();
        to.Dispose();
    }

    private async Task IsIdleForAsync(TimeSpan time)
    {
        _lastPassedAt = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(_lastPassedAt) < time && !_ended) await Task.Delay(IdleStep);
    }
}
