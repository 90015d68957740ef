using PathCheck.Relaying;
using TcpClose.Sockets;

namespace TcpDemo.Tests.Infrastructure.Relays;

/// <summary>Faults that close both connections, too special for the command <c>PathCheck relay</c>.</summary>
internal static class ClosingFaults
{
    /// <summary>Closes both connections a certain time after their start, even if bytes flow.</summary>
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
    /// Closes both connections at the client's FIN on every second connection that carries a certain check.
    /// </summary>
    /// <param name="request">The beginning of the check's request.</param>
    /// <param name="next">Returns the number of such a connection.</param>
    public sealed class FullCloseOfEverySecond(string request, Func<int> next) : Fault
    {
        private bool _isChosen;

        public override ValueTask OnDataAsync(RelayDirection direction, ReadOnlyMemory<byte> bytes)
        {
            if (direction.Received == bytes.Length && bytes.Span.StartsWith(Encoding.ASCII.GetBytes(request)))
                _isChosen = next() % 2 == 1;
            return base.OnDataAsync(direction, bytes);
        }

        public override async Task OnFinAsync(RelayDirection direction)
        {
            await base.OnFinAsync(direction);
            if (_isChosen) CloseIfOpen(direction);
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
