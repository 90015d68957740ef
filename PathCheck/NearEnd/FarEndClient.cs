using System.Net.Sockets;
using System.Text;
using PathCheck.Protocol;
using TcpClose.Cli;
using TcpClose.Events;
using TcpClose.Kernel;

namespace PathCheck.NearEnd;

/// <summary>
/// The far end, through the path: connections to it, and questions, each on a connection of its own. An answer ends
/// with a line feed, so that it works if no FIN comes through.
/// </summary>
internal sealed class FarEndClient(PathCheckOptions options, CancellationToken stop)
{
    private const int MaxTimeouts = 15, MaxUnanswered = 3;
    private static readonly TimeSpan MaxRetryInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MinWait = TimeSpan.FromSeconds(2);
    private bool _hasAnswered;

    /// <summary>Cancelled when the user interrupts.</summary>
    public CancellationToken Stop => stop;

    /// <summary>
    /// The longest wait for a next byte here, and for an end there: what has not arrived by then was not passed on.
    /// </summary>
    public TimeSpan Timeout => options.Timeout;

    /// <summary>The shortest time of an answer: what the path itself takes.</summary>
    public TimeSpan MinRoundTrip { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Opens a connection through the path.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public Task<Socket> ConnectAsync() => PathConnector.ConnectAsync(options, stop);

    /// <summary>Who the far end is.</summary>
    /// <exception cref="CommandException">It is no PathCheck that answers questions.</exception>
    public Task<FarEndInfo> InfoAsync() => AskAsync(new PathRequest(PathRequest.Info), line => FarEndInfo.Parse(line));

    /// <summary>Reports that the answer to a FIN has been received.</summary>
    public Task ClaimAsync(FinAnswer answer) =>
        AskAsync(new PathRequest(PathRequest.Claim, Id: answer.Id), line => FarEndInfo.Parse(line));

    /// <summary>The connections without a byte that were open within this time.</summary>
    /// <exception cref="CommandException">No answer came.</exception>
    public Task<BytelessReport> BytelessAsync(TimeSpan within) =>
        AskAsync(new PathRequest(PathRequest.Byteless, within), line => BytelessReport.Parse(line));

    /// <summary>
    /// Asks until enough is known, or until the time-out is over. The time-out restarts while bytes still arrive there,
    /// but not for ever.
    /// </summary>
    /// <param name="id">The connection.</param>
    /// <param name="enough">What is enough.</param>
    /// <param name="waited">How much of the time-out is over already; a moment is always left.</param>
    public async Task<ConnectionReport> ReportAsync(
        ConnectionId id, Func<ConnectionReport, bool> enough, TimeSpan waited)
    {
        TimeSpan least = Timeout < MinWait ? Timeout : MinWait;
        TimeSpan wait = Timeout - waited > least ? Timeout - waited : least;
        var request = new PathRequest(PathRequest.Report, Id: id);
        ConnectionReport? report = null;
        int unanswered = 0;
        long bytes = 0, until = Clock.Deadline(wait), last = Clock.Deadline(MaxTimeouts * wait);
        for (TimeSpan pause = TimeSpan.FromMilliseconds(5); ;
            pause = pause * 2 < MaxRetryInterval ? pause * 2 : MaxRetryInterval)
        {
            byte[] answer = await RequestAsync(request);
            report = ConnectionReport.Parse(answer) is { } line && line.Id == id ? line : report;
            unanswered = answer.Length == 0 ? unanswered + 1 : 0;
            if (unanswered == MaxUnanswered)
                throw new CommandException("the far end has stopped answering: is PathCheck serve running there?");
            if (answer.Length > 0 && report is null) throw new CommandException(RejectionReason(request, answer));
            if (report is not null && enough(report)) return report;
            if (report is not null && report.Bytes > bytes) (bytes, until) = (report.Bytes, Clock.Deadline(wait));
            if (report is not null && Clock.Now > Math.Min(until, last)) return report;
            await Task.Delay(pause, stop);
        }
    }

    // Once the far end has answered, two answers may be lost before it counts as gone.
    private async Task<T> AskAsync<T>(PathRequest request, Func<byte[], T?> parse) where T : class
    {
        for (int unanswered = 1; ; unanswered++)
        {
            byte[] answer = await RequestAsync(request);
            if (parse(answer) is { } parsed)
            {
                _hasAnswered = true;
                return parsed;
            }

            if (answer.Length > 0 || !_hasAnswered || unanswered == MaxUnanswered)
                throw new CommandException(RejectionReason(request, answer));
            await Task.Delay(MaxRetryInterval, stop);
        }
    }

    // One line without its line feed; empty if none came within the limit.
    private async Task<byte[]> RequestAsync(PathRequest request)
    {
        long calledAt = Clock.Now;
        using Socket socket = await ConnectAsync();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(options.Timeout);
        byte[] line = new byte[PathRequest.MaxAnswerLength];
        int length = 0;
        try
        {
            await socket.SendAsync(request.ToLine(), limit.Token);
            while (length < line.Length
                && await socket.ReceiveAsync(line.AsMemory(length), limit.Token) is var count and > 0)
            {
                length += count;
                if (Array.IndexOf(line, (byte)'\n', 0, length) is not (var end and >= 0)) continue;
                TimeSpan took = TimeSpan.FromMicroseconds((Clock.Now - calledAt) / 1000.0);
                if (took < MinRoundTrip) MinRoundTrip = took;
                return line[..end];
            }
        }
        catch (Exception e)
            when (e is SocketException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            // No whole line.
        }

        return line[..length];
    }

    // An EchoServer echoes the line, because it is no request of its own.
    private static string RejectionReason(PathRequest request, byte[] answer)
    {
        string text = Encoding.ASCII.GetString(answer);
        return
            answer.Length == 0
                ? "the path takes the connection, and no server answers behind it: " +
                    "start PathCheck serve at its far end."
            : answer.AsSpan().SequenceEqual(request.ToLine().AsSpan()[..^1])
                ? "the far end echoes what it receives, as EchoServer does: start PathCheck serve there instead."
            : text.StartsWith(PathRequest.ErrorPrefix, StringComparison.Ordinal)
                ? $"the far end refuses a request ({Printable.Quote(answer)}): " +
                    "start PathCheck serve of this version there, or try again later."
            : text.StartsWith("PATHCHECK/", StringComparison.Ordinal)
                ? "the far end answers in a form that this version does not know: " +
                    "start PathCheck serve of this version there."
            : $"the far end is no PathCheck, it answers {Printable.Quote(answer)}: start PathCheck serve there.";
    }
}
