using PathCheck.Classifying;
using PathCheck.NearEnd;
using PathCheck.Protocol;
using TcpClose.Scenarios;

namespace PathCheck.Checks.Resets;

/// <summary>The common part of the two checks of a path that takes no more data.</summary>
internal static class FullPath
{
    /// <summary>The amount of data: more than a path usually holds.</summary>
    public const long Size = 64L * 1024 * 1024;

    /// <summary>A path that has taken no byte for this long is full.</summary>
    public static readonly TimeSpan Still = TimeSpan.FromMilliseconds(300);

    /// <summary>The ways in which the reader hangs up.</summary>
    public static readonly IReadOnlyList<HangUp> Ways = [HangUp.Abort, HangUp.Close, HangUp.Finished];

    /// <summary>
    /// The result of one connection. The sender learned of the hang-up after <paramref name="learnedAfter"/>; null if
    /// it did not.
    /// </summary>
    public static CheckResult Result(Check check, string sender, TimeSpan? learnedAfter, TimeSpan waited,
        bool isFull = true, bool hasTakenMore = false) =>
        new(check, null, learnedAfter is null ? PathEffect.ResetNotForwarded : PathEffect.Preserved,
            learnedAfter is { } after
                ? $"the {sender} learned of it after {Evidence.Time(after)}"
                : $"the {sender} did not learn of it within {Evidence.Time(waited)}"
                    + (hasTakenMore ? ", and the path accepted more data" : ""))
        {
            EndedAfter = learnedAfter,
            Doubt = isFull ? null : "the path accepted more and more data, and was never full",
        };

    /// <summary>How long a sender waits for a reset when the path has taken all its data.</summary>
    public static TimeSpan Watch(FarEndClient far) =>
        far.Timeout < RequestLine.MaxHold ? far.Timeout : RequestLine.MaxHold;

    /// <summary>The name of a way to hang up.</summary>
    public static string Name(HangUp how) => how switch
    {
        HangUp.Abort => "abort",
        HangUp.Close => "close",
        _ => "close after its FIN",
    };

    /// <summary>
    /// Combines the connections of a check. A fault on one counts, even if another could not be judged.
    /// </summary>
    public static CheckResult Combine(Check check, IReadOnlyList<CheckResult> results)
    {
        (string Name, CheckResult Result)[] all = [.. results.Select((r, i) => (Name(Ways[i]), r))];
        (string Name, CheckResult Result)[] judged = [.. all.Where(r => r.Result.Doubt is null)];
        bool isFaulty = judged.Any(r => r.Result.Effect.IsFault);
        return SeveralConnections.Worst(
            check, isFaulty ? judged : all, results.MaxBy(r => r.EndedAfter)!.Evidence) with
        {
            Doubt = isFaulty ? null : results.Select(r => r.Doubt).FirstOrDefault(d => d is not null),
        };
    }
}
