using System.Diagnostics;
using System.Net.Sockets;
using TcpClose.Kernel;

namespace TcpDemo.Tests.Infrastructure.Relays;

/// <summary>Forwards one direction of one connection through a <see cref="FaultyRelay"/>, with a fault.</summary>
internal sealed class FaultyPump(Socket from, Socket to, Fault fault, TimeSpan after, Func<Task>? standsUntil)
{
    private const int Short = 1000, FlippedByte = 5000, Dropped = 100;

    private byte[] _held = [];
    private long _passed, _cutAfter = -1;
    private volatile bool _silent, _ended;

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
        if (fault == Fault.Late) await Task.Delay(after);
        if (fault == Fault.FlipAByte && _passed <= FlippedByte && FlippedByte < _passed + bytes.Length)
            bytes[FlippedByte - _passed] ^= 1;
        bytes = [.. _held, .. bytes];
        _passed += bytes.Length - _held.Length;
        int held = fault == Fault.DropTheLast && _passed > Short ? Math.Min(Dropped, bytes.Length) : 0;
        _held = bytes[^held..];
        for (Memory<byte> rest = bytes.AsMemory(0, bytes.Length - held); rest.Length > 0;)
            rest = rest[await to.SendAsync(rest)..];
    }

    private async Task FinAsync(FaultyPump back)
    {
        if (fault == Fault.SwallowFin) return;
        long began = Stopwatch.GetTimestamp();
        TimeSpan arrived = SocketState.SinceLastSegment(from) ?? TimeSpan.Zero;
        if (fault == Fault.LateFin) await Task.Delay(after);
        if (fault == Fault.ResetForFin)
        {
            to.Abort();
            return;
        }

        to.Shutdown(SocketShutdown.Send);
        if (fault is not (Fault.FullCloseOnFin or Fault.CutAfterFin or Fault.GoSilentAfterFin)) return;
        await Task.Delay(after);
        if (back._ended) return;
        if (fault == Fault.GoSilentAfterFin)
        {
            CutAfter = arrived + Stopwatch.GetElapsedTime(began);
            back._silent = true;
            return;
        }

        CutAfter = arrived + Stopwatch.GetElapsedTime(began);
        from.Shutdown(SocketShutdown.Send);
        from.Dispose();
        to.Dispose();
    }
}
