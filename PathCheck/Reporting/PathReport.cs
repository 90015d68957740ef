using System.Net;
using PathCheck.Checks;
using PathCheck.Classifying;
using PathCheck.Protocol;
using TcpClose.Events;

namespace PathCheck.Reporting;

/// <summary>The results of a run, and the conclusion from them.</summary>
/// <param name="Options">The options of the run.</param>
/// <param name="FarEnd">The version of the far end.</param>
/// <param name="Results">One result for each row of the report.</param>
/// <param name="At">When the run began.</param>
internal sealed record PathReport(
    PathCheckOptions Options, FarEndInfo FarEnd, IReadOnlyList<CheckResult> Results, DateTimeOffset At)
{
    /// <summary>The address that was judged; null if it is unknown.</summary>
    public IPEndPoint? Address { get; init; }

    /// <summary>The judged address in a sentence; null if it is unknown or on the command line.</summary>
    public string? JudgedAddress => Address is null || IPAddress.TryParse(Options.Host, out _) ? null
        : $"{Options.Host} is {Address.Address} here; its other addresses, if it has any, were not judged.";

    /// <summary>The results that are faults. An effect on a reset counts only with --strict.</summary>
    public IEnumerable<CheckResult> Faults => Counted.Where(f => f.Effect.IsFault);

    /// <summary>The most severe fault; null if there is none.</summary>
    public CheckResult? WorstFault => Faults.Any() ? Worst(Faults) : null;

    /// <summary>The run to compare with; null if there is none.</summary>
    public EarlierRun? Earlier { get; init; }

    public IReadOnlyList<string> Worse => [.. Earlier?.Worse(Results) ?? []];

    public IReadOnlyList<string> Better => [.. Earlier?.Better(Results) ?? []];

    /// <summary>The comparison with the earlier run in a sentence; null if there is none.</summary>
    public string? Comparison => Earlier is null ? null
        : (Worse.Count == 0 ? $"Nothing is worse than in {Earlier.File}{NotCompared}."
            : $"Worse than in {Earlier.File}: {string.Join("; ", Worse)}.")
            + (Better.Count == 0 ? "" : $" Better: {string.Join("; ", Better)}.");

    private string NotCompared => Earlier!.Compared(Results) is var rows && rows < Results.Count
        ? $" ({rows} of {Results.Count} checks were compared; it does not have the others)" : "";

    /// <summary>Whether the path preserves half-close.</summary>
    public bool IsPreserved => !Faults.Any() && !Unjudged.Any();

    /// <summary>The exit code. With an earlier run, only what has become worse is a fault.</summary>
    public int ExitCode =>
        (Earlier is null ? Faults.Any() : Worse.Count > 0) ? TcpClose.Cli.ExitCode.UnexpectedResult
        : Unjudged.Any() ? TcpClose.Cli.ExitCode.CouldNotRun
        : TcpClose.Cli.ExitCode.Success;

    /// <summary>The conclusion in one sentence.</summary>
    public string Summary
    {
        get
        {
            if (!Faults.Any() && Unjudged.Any())
            {
                string how = HasStopped ? "the path stopped working" : "the table gives the reasons";
                return $"{UnjudgedNote.Rows(Results).Count()} of {Results.Count} checks could not be judged: {how}.";
            }
            if (!Faults.Any())
            {
                int once = Results.Count(Notes.HasFailedOnce);
                return $"This path preserves half-close{SilenceSuffix}" + (once == 0 ? ": nothing was lost or altered."
                    : $", but {once} of {Results.Count} checks failed once.");
            }

            if (Faults.All(f => f.IsAdvisory || f.Effect == PathEffect.Stopped)
                && Faults.FirstOrDefault(f => f.Effect == PathEffect.Stopped) is { } last)
                return Results.Any(r => r.Check.HasHold && r.Effect == PathEffect.NotJudged)
                    ? $"This path stopped working {last.Check.Occasion}, so half-close could not be judged."
                    : $"This path preserves half-close{SilenceSuffix}, but {last.Check.Occasion} it stopped working.";
            if (Faults.All(f => f.IsAdvisory))
                return $"With --strict this path fails: it preserves half-close{SilenceSuffix}, but not every " +
                    $"reset: {Parts(Faults)}.";
            return $"This path does not preserve half-close: {Parts(Faults.Where(f => !IsNamedAnyway(f)))}.";
        }
    }

    /// <summary>What the conclusion means for software that uses the path.</summary>
    public string Meaning => Faults.Any() ? Reporting.Meaning.OfFaults(Faults, Results) + Notes.OfFailedOnce(Results)
            + UnjudgedNote.Of(Results)
        : Unjudged.Any() ? HasStopped ? Reporting.Meaning.OfStopped : PathEffect.NotJudged.Meaning
        : $"A program may send its FIN first{AfterThat}.{Reporting.Meaning.OfPreserved(Results)}{Notes.Of(Results)}"
            + Notes.OfFailedOnce(Results) + UnjudgedNote.Of(Results);

    private IEnumerable<CheckResult> Counted => Results.Where(f => Options.Strict || !f.IsAdvisory);

    /// <summary>Whether the path stopped working during the run.</summary>
    public bool HasStopped { get; init; }

    // If the path has stopped working, the checks of resets count, too.
    private IEnumerable<CheckResult> Unjudged =>
        (HasStopped ? Results : Counted).Where(f => f.Effect == PathEffect.NotJudged);

    private string AfterThat => WasSilent
        ? " and then wait for the rest of the other side's data"
        : "; longer silences were not tested (--hold)";

    private bool WasSilent => Options.Holds[^1] > TimeSpan.Zero;

    private string SilenceSuffix =>
        WasSilent ? $", after up to {new Duration(Options.Holds[^1])} of silence" : ", tested without a pause";

    // The summary omits the fault of a check without a hold if a check with a hold has the same effect in the same
    // direction.
    private bool IsNamedAnyway(CheckResult fault) => !fault.Check.HasHold && Faults.Any(f => f.Check.HasHold
        && (fault.FirstCloser == FirstCloser.None || fault.FirstCloser == f.FirstCloser)
        && ((fault.Effect == f.Effect && fault.MissingFin == f.MissingFin)
            || (fault.Effect == PathEffect.CutDespiteData && f.Effect == PathEffect.Cut)));

    private static string Parts(IEnumerable<CheckResult> faults) => string.Join("; ", faults
        .GroupBy(f => f.Check.Occasion)
        .Select(g => (Occasion: g.Key, Results: WorstFirst(g).DistinctBy(f => f.Effect).Select(NameOf)))
        .Select(g => $"{g.Occasion}, {string.Join(" and ", g.Results)}"));

    private static string NameOf(CheckResult fault) => fault.Result
        + (fault.FaultyOnly is { } only ? $" (only with {only})"
            : fault.IsIntermittent ? " (on some connections)"
            : fault.IsCutWithoutFin == true ? " (also without a FIN)" : "");

    // The most severe effect first, checks of resets last; among cuts, the earliest first.
    private static IEnumerable<CheckResult> WorstFirst(IEnumerable<CheckResult> some) => some.OrderBy(f => f.IsAdvisory)
        .ThenByDescending(f => PathEffect.All.TakeWhile(e => e != f.Effect).Count())
        .ThenBy(f => f.CutAfter ?? TimeSpan.MaxValue);

    /// <summary>The most severe of some faults. A check of resets counts only if there is no other fault.</summary>
    public static CheckResult Worst(IEnumerable<CheckResult> some) => WorstFirst(some).First();
}
