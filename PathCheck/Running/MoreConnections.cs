using PathCheck.Checks;
using PathCheck.Classifying;

namespace PathCheck.Running;

/// <summary>
/// Opens more half-closed connections in both directions if one has failed and others of the same kind have not. If
/// one of them fails too, the fault is intermittent; otherwise the path has broken connections for a moment.
/// </summary>
internal static class MoreConnections
{
    /// <summary>The number of connections in each direction.</summary>
    public const int Count = 16;

    // They are not simultaneous, because a relay may be limited in the number of its connections.
    private const int Simultaneous = 2;

    /// <summary>Returns the results, of which some are intermittent. Without a failure none is opened.</summary>
    /// <param name="results">The results.</param>
    /// <param name="again">Runs the check of a result again.</param>
    public static async Task<IReadOnlyList<CheckResult>> TryAsync(
        IReadOnlyList<CheckResult> results, Func<CheckResult, Task<CheckResult>> again)
    {
        if (!results.Any(r => r.FailedOnce is not null || r.IsIntermittent)) return results;
        CheckResult[] shortest = [.. results.Where(r => r.Check.HasHold).GroupBy(r => r.FirstCloser)
            .Select(g => g.MinBy(r => r.Hold)!).Where(r => r.Effect == PathEffect.Preserved || r.IsIntermittent)];
        var found = new List<CheckResult>();
        for (int tried = 0; tried < Count; tried += Simultaneous)
        {
            found.AddRange(await Task.WhenAll(
                shortest.SelectMany(r => Enumerable.Range(0, Simultaneous).Select(_ => again(r)))));
        }

        bool isIntermittent = results.Any(r => r.IsIntermittent) || found.Any(r => r.Effect.IsFault);
        return [.. results.Select(r => CountIn(r, found))
            .Select(r => isIntermittent && r.FailedOnce is { } failed
                ? IntermittentFault.Mark(failed with { Attempts = r.Attempts ?? (1, 2) }) : r)];
    }

    // The row says how many of its attempts failed, and how one of them did.
    private static CheckResult CountIn(CheckResult result, List<CheckResult> found)
    {
        CheckResult[] ours = [.. found.Where(r => r.Row == result.Row)];
        if (ours.Length == 0) return result;
        (int failed, int of) = result.Attempts ?? (result.Effect.IsFault ? 1 : 0, 1);
        (int, int) attempts = (failed + ours.Count(r => r.Effect.IsFault), of + ours.Length);
        return result.Effect.IsFault || ours.FirstOrDefault(r => r.Effect.IsFault) is not { } fault
            ? result with { Attempts = attempts }
            : IntermittentFault.Mark(AsFullClose(fault) with { Attempts = attempts });
    }

    // Without a silence neither end observes the time of a cut.
    private static CheckResult AsFullClose(CheckResult fault) =>
        fault is { Hold.Ticks: 0 } && fault.Effect == PathEffect.Cut ? fault with { Effect = PathEffect.FullClose }
            : fault;
}
