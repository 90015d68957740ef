using System.Threading.Channels;
using PathCheck.Faults;
using PathCheck.Relaying;
using TcpClose.Events;
using TcpClose.Sockets;

namespace TcpDemo.Tests.Infrastructure.Relays;

/// <summary>Faults that are too special for the command <c>PathCheck relay</c>.</summary>
internal static class TestFaults
{
    private const int Little = 1000, Large = 100_000, Tail = 1000;

    /// <summary>Parses the name of a fault, and returns a function that creates it.</summary>
    public static Func<Fault> Parse(string text)
    {
        string[] parts = text.Split(':');
        return FaultTable.Parse(text) ?? parts[0] switch
        {
            "unlimited" => () => new Unlimited(),
            "lose-answers" => () => new LoseAnswers(),
            "late" => () => new Late(Time(parts[1])),
            "close-with-bytes-left" => () => new CloseWithBytesLeft(Time(parts[1])),
            "swallow-fin-after-little" => () => new SwallowFinAfterLittle(),
            "drop-tail-of-large" => () => new DropTail(Tail, Large),
            "reset-with-bytes-left" => () => new CloseWithBytesLeft(Time(parts[1]), isReset: true),
            "cut-from-start" => () => new ClosingFaults.CutFromStart(Time(parts[1])),
            "cut-after-bytes" => () => new ClosingFaults.CutAfterBytes(Bytes(parts[1])),
            "lose-last-drip" => () => new LoseLastDrip(),
            "leak-when-full" => () => new LeakWhenFull(),
            _ => throw new ArgumentException($"no fault {text}"),
        };
    }

    private static TimeSpan Time(string text) =>
        Duration.TryParse(text, out Duration time) ? time.Span : throw new ArgumentException(text);

    private static long Bytes(string text) =>
        ByteSize.TryParse(text, out ByteSize size) ? size.Bytes : throw new ArgumentException(text);

    /// <summary>Forwards all bytes a certain time after they arrived.</summary>
    public sealed class Late(TimeSpan time) : Fault
    {
        public override async ValueTask OnDataAsync(RelayDirection direction, ReadOnlyMemory<byte> bytes)
        {
            await Task.Delay(time);
            await base.OnDataAsync(direction, bytes);
        }
    }

    /// <summary>Discards the last byte of a stream if it arrived alone, but forwards the FIN.</summary>
    public sealed class LoseLastDrip : Fault
    {
        private byte[] _held = [];

        public override async ValueTask OnDataAsync(RelayDirection direction, ReadOnlyMemory<byte> bytes)
        {
            await base.OnDataAsync(direction, _held);
            _held = bytes.Length == 1 ? bytes.ToArray() : [];
            if (bytes.Length > 1) await base.OnDataAsync(direction, bytes);
        }
    }

    /// <summary>Forwards bytes after 100 ms, but discards them if the FIN arrives within this time.</summary>
    public sealed class LoseAnswers : Fault
    {
        private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);
        private Task _forwarding = Task.CompletedTask;
        private volatile bool _isFinRead;

        public override ValueTask OnDataAsync(RelayDirection direction, ReadOnlyMemory<byte> bytes)
        {
            _forwarding = ForwardAsync(direction, bytes.ToArray(), _forwarding);
            return ValueTask.CompletedTask;
        }

        public override async Task OnFinAsync(RelayDirection direction)
        {
            _isFinRead = true;
            await _forwarding;
            await base.OnFinAsync(direction);
        }

        private async Task ForwardAsync(RelayDirection direction, byte[] bytes, Task before)
        {
            await Task.WhenAll(before, Task.Delay(Delay));
            if (!_isFinRead) await direction.ForwardAsync(bytes);
        }
    }

    /// <summary>Reads without a limit, and does not wait for the receiver.</summary>
    public class Unlimited : Fault
    {
        private readonly Channel<byte[]> _unlimited = Channel.CreateUnbounded<byte[]>();
        private Task _forwarding = Task.CompletedTask;

        public override void OnStart(RelayDirection direction) => _forwarding = ForwardAsync(direction);

        public override ValueTask OnDataAsync(RelayDirection direction, ReadOnlyMemory<byte> bytes) =>
            _unlimited.Writer.WriteAsync(bytes.ToArray());

        public override Task OnFinAsync(RelayDirection direction)
        {
            _unlimited.Writer.Complete();
            return _forwarding;
        }

        private async Task ForwardAsync(RelayDirection direction)
        {
            try
            {
                await foreach (byte[] bytes in _unlimited.Reader.ReadAllAsync()) await direction.ForwardAsync(bytes);
                direction.ForwardFin();
            }
            catch (ConnectionEndedException)
            {
                // Closed although bytes were left.
            }
        }
    }

    /// <summary>
    /// A certain time after the FIN, ends the receiver's connection with a FIN or a RST, even if bytes are left, and
    /// closes both connections. If the other direction's FIN has not arrived by then, still forwards all bytes and the
    /// FIN.
    /// </summary>
    public sealed class CloseWithBytesLeft(TimeSpan time, bool isReset = false) : Unlimited
    {
        public override async Task OnFinAsync(RelayDirection direction)
        {
            Task forwarding = base.OnFinAsync(direction);
            await Task.Delay(time);
            if (!direction.Back.IsFinRead) return;

            // A FIN follows the bytes that the kernel still holds. The bytes that this program still holds are lost.
            if (isReset) direction.To.Abort("fault: a RST although bytes are left");
            else direction.ForwardFin();
            await forwarding;
            direction.CloseBoth();
        }
    }

    /// <summary>Does not forward the FIN if only a few bytes came before it.</summary>
    public sealed class SwallowFinAfterLittle : Fault
    {
        public override Task OnFinAsync(RelayDirection direction) =>
            direction.Received <= Little ? direction.StandStillAsync() : base.OnFinAsync(direction);
    }

    /// <summary>If an end sends a RST while bytes for this end wait, keeps the other connection open.</summary>
    public sealed class LeakWhenFull : Fault
    {
        private readonly TaskCompletionSource _released = new();

        /// <summary>Ends the fault when the test is over.</summary>
        public void Release() => _released.TrySetResult();

        public override Task OnResetAsync(RelayDirection direction) =>
            direction.Back.IsSending ? _released.Task : base.OnResetAsync(direction);
    }

    /// <summary>Runs an action after a reset, and then ends the other connection.</summary>
    public sealed class OnReset(Action action) : Fault
    {
        public override Task OnResetAsync(RelayDirection direction)
        {
            action();
            direction.To.Abort("the relay has ended");
            return Task.CompletedTask;
        }
    }

    /// <summary>After a few bytes, stops reading until a task has completed.</summary>
    public sealed class StallUntil(Func<Task> untilAsync) : Fault
    {
        public override void OnStart(RelayDirection direction) => direction.LimitBuffers();

        public override async ValueTask OnDataAsync(RelayDirection direction, ReadOnlyMemory<byte> bytes)
        {
            await base.OnDataAsync(direction, bytes);
            if (direction.Received > Little) await untilAsync();
        }
    }
}
