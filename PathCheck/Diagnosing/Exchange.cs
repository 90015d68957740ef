using System.Net.Sockets;
using PathCheck.NearEnd;
using TcpClose.Cli;

namespace PathCheck.Diagnosing;

/// <summary>What became of an exchange.</summary>
internal enum ExchangeEnd
{
    /// <summary>Bytes were received.</summary>
    Answered,

    /// <summary>The path accepted the connection and ended it.</summary>
    Ended,

    /// <summary>The path did not accept the connection.</summary>
    Refused,

    /// <summary>Nothing was received within the time-out.</summary>
    Silent,
}

/// <summary>One connection on which some bytes are sent and the first bytes of the answer are read.</summary>
/// <param name="Bytes">What was received.</param>
/// <param name="End">What became of the exchange.</param>
internal sealed record Exchange(byte[] Bytes, ExchangeEnd End)
{
    /// <summary>How long to wait for an answer, at most.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(3);

    private const int MaxBytes = 1024;

    /// <summary>How long to wait for an answer: the time-out of the run, but at most <see cref="MaxWait"/>.</summary>
    public static TimeSpan WaitOf(PathCheckOptions options) => options.Timeout < MaxWait ? options.Timeout : MaxWait;

    /// <summary>
    /// Connects, sends the bytes and receives once. A line feed, and what follows it, is not returned.
    /// </summary>
    /// <param name="options">The path.</param>
    /// <param name="bytes">What to send.</param>
    /// <param name="wait">How long to wait for the answer.</param>
    /// <param name="stop">Cancelled when the user interrupts.</param>
    public static async Task<Exchange> RunAsync(
        PathCheckOptions options, ReadOnlyMemory<byte> bytes, TimeSpan wait, CancellationToken stop)
    {
        Socket socket;
        try
        {
            socket = await PathConnector.ConnectAsync(options, stop);
        }
        catch (CommandException)
        {
            return new Exchange([], ExchangeEnd.Refused);
        }

        using (socket)
        {
            byte[] buffer = new byte[MaxBytes];
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(wait);
            try
            {
                await socket.SendAsync(bytes, limit.Token);
                int count = await socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
                int end = Array.IndexOf(buffer, (byte)'\n', 0, count);
                return new Exchange(buffer[..(end < 0 ? count : end)],
                    count > 0 ? ExchangeEnd.Answered : ExchangeEnd.Ended);
            }
            catch (SocketException)
            {
                return new Exchange([], ExchangeEnd.Ended);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                return new Exchange([], ExchangeEnd.Silent);
            }
        }
    }
}
