using PathCheck.Relaying;
using TcpClose.Sockets;

namespace TcpDemo.Tests.Infrastructure.Relays;

/// <summary>Faults that close both connections, too special for the command <c>PathCheck relay</c>.</summary>
internal static class ClosingFaults
{
    /// <summary>Closes both connections a certain time after their start.</summary>
    public sealed class CutFromStart(TimeSpan time) : Fault
    {
        public override void OnStart(RelayDirection direction) => _ = CutAsync(direction);

        private async Task CutAsync(RelayDirection direction)
        {
            await Task.Delay(time);
            CloseIfOpen(direction);
        }
    }

    /// <summary>Closes both connections after a certain number of bytes.</summary>
    public sealed class CutAfterBytes(long count) : Fault
    {
        public override async ValueTask OnDataAsync(RelayDirection direction, ReadOnlyMemory<byte> bytes)
        {
            await base.OnDataAsync(direction, bytes);
            if (direction.Received > count) CloseIfOpen(direction);
        }
    }

    /// <summary>
    /// Closes both connections at the first FIN, if <paramref name="isChosen"/> is true for the request.
    /// </summary>
    public sealed class FullCloseOfSome(Func<string, bool> isChosen) : Fault
    {
        private bool _isChosen;

        /// <summary>The same fault for the other direction.</summary>
        public Fault Back => new FullCloseIf(() => _isChosen);

        public override ValueTask OnDataAsync(RelayDirection direction, ReadOnlyMemory<byte> bytes)
        {
            if (direction.Received == bytes.Length) _isChosen = isChosen(Encoding.ASCII.GetString(bytes.Span));
            return base.OnDataAsync(direction, bytes);
        }

        public override async Task OnFinAsync(RelayDirection direction)
        {
            await base.OnFinAsync(direction);
            if (_isChosen) CloseIfOpen(direction);
        }
    }

    private sealed class FullCloseIf(Func<bool> condition) : Fault
    {
        public override async Task OnFinAsync(RelayDirection direction)
        {
            await base.OnFinAsync(direction);
            if (condition()) CloseIfOpen(direction);
        }
    }

    private static void CloseIfOpen(RelayDirection direction)
    {
        try
        {
            direction.CloseBoth();
        }
        catch (ConnectionEndedException)
        {
            // It has ended before.
        }
    }
}
