using PathCheck.Checks;
using PathCheck.Classifying;
using PathCheck.Protocol;
using TcpClose.Events;

namespace PathCheck.Reporting;

/// <summary>All that a run has found.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="FarEnd">Who answered at the far end.</param>
/// <param name="Results">One for each row.</param>
/// <param name="At">When the run began.</param>
internal sealed record PathReport(
    PathCheckOptions Options, FarEndInfo FarEnd, IReadOnlyList<CheckResult> Results, DateTimeOffset At)
{
    /// <summary>What is not as it should be; resets count only if that was asked for.</summary>
    public IEnumerable<CheckResult> Faults => Counted.Where(f => f.Effect.IsFault);

    /// <summary>The program's exit code.</summary>
    public int ExitCode =>
        Faults.Any() ? TcpClose.Cli.ExitCode.UnexpectedResult
        : Unjudged.Any() ? TcpClose.Cli.ExitCode.CouldNotRun
        : TcpClose.Cli.ExitCode.Success;

    /// <summary>The result in a sentence.</summary>
    public string Summary
    {
        get
        {
            if (!Faults.Any() && Unjudged.Any())
            {
                string which = string.Join("; ", Unjudged.Select(f => $"{f.Title}: {f.Evidence}"));
                return $"not every check of this path could be judged ({which}): run it again.";
            }
            if (!Faults.Any()) return $"This path preserves half-close{Longest}: nothing was lost or altered.";
            if (Faults.All(f => f.IsAdvisory))
                return $"This path preserves half-close{Longest}, but not every reset: {Worst(Faults).Result}.";
            IEnumerable<string> parts = Faults.GroupBy(f => f.Check.Occasion)
                .Select(g => (Occasion: g.Key, Results: WorstFirst(g).DistinctBy(f => f.Effect).Select(f => f.Result)))
                .Select(g => $"{g.Occasion}, {string.Join(" and ", g.Results)}");
            return $"This path does not preserve half-close: {string.Join("; ", parts)}.";
        }
    }

    /// <summary>What that means for the user's software.</summary>
    public string Meaning => Faults.Any() ? Worst(Faults).Effect.Meaning
        : Unjudged.Any() ? PathEffect.NotJudged.Meaning
        : $"Programs may end their sending first{AfterThat}.{Advisory}";

    private IEnumerable<CheckResult> Counted => Results.Where(f => Options.Strict || !f.IsAdvisory);

    private IEnumerable<CheckResult> Unjudged => Counted.Where(f => f.Effect == PathEffect.NotJudged);

    private string AfterThat => WasSilent
        ? " and then wait for what the other side still has to say"
        : "; how long the other side may then be silent was not tried (--hold)";

    // Explains the effect in the table, which counts only if that was asked for.
    private string Advisory => Results.FirstOrDefault(f => f.IsAdvisory && f.Effect.IsFault) is { } reset
        ? $" (One remark: {reset.Result}. A transfer that is broken off " +
            (reset.Effect == PathEffect.ResetBecameFin ? "looks complete. " : "seems to go on. ") +
            "Most relays do that; --strict counts it as a fault.)"
        : "";

    private bool WasSilent => Options.Holds[^1] > TimeSpan.Zero;

    private string Longest =>
        WasSilent ? $", after up to {new Duration(Options.Holds[^1])} of silence" : " where nobody is silent";

    // The effect with the most to say; a reset has the least; of cuts, the earliest.
    private static IEnumerable<CheckResult> WorstFirst(IEnumerable<CheckResult> some) => some.OrderBy(f => f.IsAdvisory)
        .ThenByDescending(f => PathEffect.All.TakeWhile(e => e != f.Effect).Count())
        .ThenBy(f => f.CutAfter ?? TimeSpan.MaxValue);

    private static CheckResult Worst(IEnumerable<CheckResult> some) => WorstFirst(some).First();
}
