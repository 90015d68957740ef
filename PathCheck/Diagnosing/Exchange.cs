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
internal sealed record Exchange(byte[] Bytes, ExchangeEnd End)
{
    /// <summary>The maximum wait for an answer.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(3);

    private const int MaxBytes = 1024;

    public static TimeSpan WaitOf(PathCheckOptions options) => options.Timeout < MaxWait ? options.Timeout : MaxWait;

    /// <summary>Connects, sends the bytes and receives once. Returns what precedes the first line feed.</summary>
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
