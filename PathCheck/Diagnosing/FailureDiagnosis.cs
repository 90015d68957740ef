using PathCheck.NearEnd;
using PathCheck.Protocol;

namespace PathCheck.Diagnosing;

/// <summary>
/// Looks for the cause when a path cannot be judged: several servers, a limit of connections, another protocol, or lost
/// answers.
/// </summary>
internal sealed class FailureDiagnosis(PathCheckOptions options, AnswerTally answers, CancellationToken stop)
{
    private const int Samples = 8, MaxFailures = 2;
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(150);

    /// <summary>The cause in a sentence; null if it was not found.</summary>
    /// <param name="lasting">Creates the request that <see cref="PortProbe"/> sends to PathCheck serve.</param>
    /// <param name="connections">The maximum number of simultaneous connections of a run.</param>
    public async Task<string?> ExplainAsync(Func<ConnectionId, PathRequest> lasting, int connections)
    {
        ExchangeEnd[] ends = await SampleAsync();
        if (answers.ExplainSeveral() is { } several) return several;
        if (IsMixed(ends))
        {
            await Task.Delay(ConnectionLimit.ReleaseTime(options), stop);
            ends = await SampleAsync();
        }

        var port = new PortProbe(options, lasting, stop);
        if (IsMixed(ends))
            return await port.AlwaysReachesFarEndAsync(Samples) ? PortProbe.LostAnswer
                : $"the path ended {ends.Count(e => e == ExchangeEnd.Ended)} of {ends.Length} connections without an " +
                    "answer, although it had no other connection: if it leads to several servers, start PathCheck " +
                    "serve on each of them.";
        return answers.HasOnlyOwn ? await new ConnectionLimit(options, connections, stop).ExplainAsync()
            : answers.IsEmpty ? await port.ExplainAsync()
            : null;
    }

    private static bool IsMixed(ExchangeEnd[] ends) =>
        ends.Contains(ExchangeEnd.Answered) && ends.Contains(ExchangeEnd.Ended);

    // Sends the requests one after the other, so that they hold only one connection at a time.
    private async Task<ExchangeEnd[]> SampleAsync()
    {
        var ends = new List<ExchangeEnd>();
        var request = new PathRequest(PathRequest.Info);
        while (ends.Count < Samples)
        {
            Exchange sample = await Exchange.RunAsync(options, request.ToLine(), Exchange.WaitOf(options), stop);
            if (sample.End == ExchangeEnd.Silent) break;
            ends.Add(sample.End == ExchangeEnd.Answered ? ExchangeEnd.Answered : ExchangeEnd.Ended);
            if (ends.Count == MaxFailures && !ends.Contains(ExchangeEnd.Answered)) break;
            answers.Add(request, sample.Bytes);
            await Task.Delay(SampleInterval, stop);
        }

        return [.. ends];
    }
}
