using PathCheck.Protocol;
using TcpClose.Cli;
using TcpClose.Kernel;

namespace PathCheck.NearEnd;

/// <summary>Requests the far end's report of one connection until the report contains what the check needs.</summary>
internal sealed class ReportPoller(FarEndClient far, ConnectionId id)
{
    private const int MaxTimeouts = 15;
    private static readonly TimeSpan MinRetryInterval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan MinWait = TimeSpan.FromSeconds(2);

    private readonly PathRequest _request = new(PathRequest.Report, Id: id);
    private bool _isKnown;

    /// <summary>Returns the report as soon as it is sufficient, or when the time-out has expired.</summary>
    /// <param name="enough">Whether a report contains what the check needs.</param>
    /// <param name="waited">
    /// The part of the time-out that has passed already. The method waits for the rest, but for at least 2 seconds, or
    /// for the whole time-out if that is shorter.
    /// </param>
    /// <exception cref="CommandException">The far end does not answer, or its report cannot be used.</exception>
    public async Task<ConnectionReport> PollAsync(Func<ConnectionReport, bool> enough, TimeSpan waited)
    {
        ConnectionReport report = await PollUntilAsync(r => IsUseless(r) || enough(r), waited);
        if (report.End == ReportedEnd.Several)
            throw new CommandException("the path duplicates connections: it opens several for one and sends the " +
                "same bytes on each, so their reports are ambiguous: such a path cannot be checked.");
        if (IsUseless(report))
            throw new CommandException("the far end has no record of a connection that it reported before: " +
                "PathCheck serve was restarted, the path leads to several far ends, or too many clients use it; " +
                "run PathCheck again with a far end that no other client uses.");
        _isKnown |= report.End != ReportedEnd.Unknown;
        return report;
    }

    // No later report can be better.
    private bool IsUseless(ConnectionReport report) =>
        report.End == ReportedEnd.Several || (_isKnown && report.End == ReportedEnd.Unknown);

    // The time-out restarts while bytes still arrive at the far end, but not forever.
    private async Task<ConnectionReport> PollUntilAsync(Func<ConnectionReport, bool> enough, TimeSpan waited)
    {
        TimeSpan least = far.Timeout < MinWait ? far.Timeout : MinWait;
        TimeSpan wait = far.Timeout - waited > least ? far.Timeout - waited : least;
        ConnectionReport? report = null;
        var unanswered = new UnansweredRequests();
        long bytes = 0, until = Clock.Deadline(wait), last = Clock.Deadline(MaxTimeouts * wait);
        for (TimeSpan pause = MinRetryInterval; ; pause = Longer(pause))
        {
            (byte[] answer, bool hasTimedOut) = await far.RequestAsync(_request);
            report = ConnectionReport.Parse(answer) is { } line && line.Id == id ? line : report;

            // Without an answer to this request, the previous report may be outdated.
            bool isLatest = answer.Length > 0;
            if (unanswered.Add(isLatest))
                throw UnusableAnswer.HasStopped(hasTimedOut ? far.Timeout : null);
            if (answer.Length > 0 && report is null)
                throw UnusableAnswer.ToException(_request, answer, hasAnswered: true);
            if (report is not null && enough(report)) return report;
            if (report is not null && report.Bytes > bytes) (bytes, until) = (report.Bytes, Clock.Deadline(wait));
            if (report is not null && isLatest && Clock.Now > Math.Min(until, last)) return report;
            await Task.Delay(pause, far.Stop);
        }
    }

    private static TimeSpan Longer(TimeSpan pause) =>
        pause * 2 < FarEndClient.MaxRetryInterval ? pause * 2 : FarEndClient.MaxRetryInterval;
}
