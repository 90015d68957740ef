using System.Net;
using System.Net.Sockets;
using PathCheck.Protocol;
using TcpClose.Cli;
using TcpClose.Kernel;

namespace PathCheck.NearEnd;

/// <summary>
/// Opens connections to the far end through the path, for the checks and for requests for information.
/// </summary>
internal sealed class FarEndClient(PathCheckOptions options, CancellationToken stop)
{
    /// <summary>The longest pause between two requests for the same information.</summary>
    public static readonly TimeSpan MaxRetryInterval = TimeSpan.FromMilliseconds(200);

    // Longer than a busy machine's usual delays, and shorter than any time-out that an administrator would set.
    private static readonly TimeSpan MinPlausibleTimeout = TimeSpan.FromMilliseconds(75);

    // A relay that is restarted may reject connections for a few seconds.
    private static readonly TimeSpan MaxRejection = TimeSpan.FromSeconds(3),
        RefusedRetryInterval = TimeSpan.FromMilliseconds(300);

    private bool _hasAnswered;
    private IPEndPoint? _address;

    /// <summary>Which servers have answered.</summary>
    public AnswerTally Answers { get; } = new();

    /// <summary>Cancelled when the user interrupts.</summary>
    public CancellationToken Stop => stop;

    /// <summary>
    /// The maximum wait for the next byte, a FIN or a RST. What has not arrived by then counts as not forwarded.
    /// </summary>
    public TimeSpan Timeout => options.Timeout;

    /// <summary>
    /// The shortest time that a request has taken: an estimate of the path's own delay. Null before the first complete
    /// answer.
    /// </summary>
    public TimeSpan? MinRoundTrip { get; private set; }

    /// <summary>The longest silence of <c>--hold</c>.</summary>
    public TimeSpan LongestHold => options.Holds[^1];

    /// <summary>A cut within this time after a FIN is no time-out: the path treats a FIN as a full close.</summary>
    public TimeSpan Immediate => MinPlausibleTimeout + (MinRoundTrip ?? TimeSpan.Zero);

    /// <summary>
    /// The first of the host's addresses that accepted a connection. Null before the first connection.
    /// </summary>
    public IPEndPoint? Address => Volatile.Read(ref _address);

    /// <summary>Opens a connection through the path.</summary>
    /// <exception cref="CommandException">The host is unknown, or the path does not accept the connection.</exception>
    public async Task<Socket> ConnectAsync()
    {
        string host = Address is { } known ? $"{known.Address}" : options.Host;
        Socket socket = await ConnectAsync(options with { Host = host });
        Interlocked.CompareExchange(ref _address, (IPEndPoint)socket.RemoteEndPoint!, null);
        return socket;
    }

    private async Task<Socket> ConnectAsync(PathCheckOptions to)
    {
        if (Address is null) return await PathConnector.ConnectAsync(to, stop);
        long since = Clock.Now;
        for (int refused = 1; ; refused++)
        {
            try
            {
                return await PathConnector.ConnectAsync(to, stop);
            }
            catch (CommandException) when (refused == 1 || Clock.Since(since) < MaxRejection)
            {
                await Task.Delay(RefusedRetryInterval, stop);
            }
            catch (CommandException)
            {
                throw new PathStoppedException($"{Address} no longer accepts connections, as it did before: the " +
                    "relay has ended, or it limits the number of connections.", hasEnded: true);
            }
        }
    }

    /// <summary>Requests the version of the far end.</summary>
    /// <exception cref="CommandException">The far end does not answer, or its answer cannot be read.</exception>
    public Task<FarEndInfo> InfoAsync() => AskAsync(new PathRequest(PathRequest.Info), line => FarEndInfo.Parse(line));

    /// <summary>Reports to the far end that its answer to a FIN has been received.</summary>
    public Task ClaimAsync(FinAnswer answer) =>
        AskAsync(new PathRequest(PathRequest.Claim, Id: answer.Id), line => FarEndInfo.Parse(line));

    /// <summary>
    /// Requests the connections that carried no byte and were open in the last <paramref name="within"/>.
    /// </summary>
    /// <exception cref="CommandException">The far end does not answer, or its answer cannot be read.</exception>
    public Task<BytelessReport> BytelessAsync(TimeSpan within) =>
        AskAsync(new PathRequest(PathRequest.Byteless, within), line => BytelessReport.Parse(line));

    /// <summary>Sends a request and reads the answer.</summary>
    /// <returns>
    /// The line without its line feed; only its beginning if the connection ended or the time-out expired first.
    /// </returns>
    public async Task<(byte[] Line, bool HasTimedOut)> RequestAsync(PathRequest request)
    {
        long calledAt = Clock.Now;
        using Socket socket = await ConnectAsync();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(options.Timeout);
        var answer = new AnswerLine(socket);
        bool hasTimedOut = false;
        try
        {
            await socket.SendAsync(request.ToLine(), limit.Token);
            if (await answer.ReadAsync(limit.Token))
            {
                TimeSpan took = Clock.Since(calledAt);
                if (!(took >= MinRoundTrip)) MinRoundTrip = took;
            }
        }
        catch (Exception e)
            when (e is SocketException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            // The caller detects that the line is not complete.
            hasTimedOut = e is OperationCanceledException;
        }

        Answers.Add(request, answer.Bytes);
        return (answer.Bytes.ToArray(), hasTimedOut);
    }

    // Once the far end has answered, some answers in a row may be lost before it counts as gone.
    private async Task<T> AskAsync<T>(PathRequest request, Func<byte[], T?> parse) where T : class
    {
        var unanswered = new UnansweredRequests();
        while (true)
        {
            (byte[] answer, bool hasTimedOut) = await RequestAsync(request);
            if (parse(answer) is { } parsed)
            {
                _hasAnswered = true;
                return parsed;
            }

            if (_hasAnswered && unanswered.Add(isAnswered: answer.Length > 0))
                throw UnusableAnswer.HasStopped(hasTimedOut ? options.Timeout : null);
            if (answer.Length > 0 || !_hasAnswered)
                throw UnusableAnswer.ToException(
                    request, answer, hasTimedOut ? options.Timeout : null, _hasAnswered);
            await Task.Delay(MaxRetryInterval, stop);
        }
    }
}
