using TcpClose.Events;
using TcpClose.Scenarios;

namespace EchoClient.Verdict;

/// <summary>All that a run has found.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Server">Who answered at the far end.</param>
/// <param name="Findings">A row a check.</param>
/// <param name="At">When it began.</param>
internal sealed record PathReport(PathCheckOptions Options, ServerInfo Server, IReadOnlyList<CheckResult> Findings, DateTimeOffset At)
{
    /// <summary>What is not as it should be, resets aside unless they were asked for.</summary>
    public IEnumerable<CheckResult> Faults => Findings.Where(f => f.Effect != PathEffect.Preserved && (Options.Strict || !f.IsAdvisory));

    /// <summary>The program's exit code.</summary>
    public int ExitCode => Faults.Any() ? TcpClose.Cli.ExitCode.UnexpectedResult : TcpClose.Cli.ExitCode.Success;

    /// <summary>The verdict in a sentence.</summary>
    public string Summary
    {
        get
        {
            List<CheckResult> faults = [.. Faults.Where(f => !f.IsAdvisory)];
            if (!Faults.Any()) return $"This path preserves half-close{Longest}: nothing was lost or altered.";
            if (faults.Count == 0) return $"This path preserves half-close{Longest}, but not every reset: {Worst(Faults).Result}.";
            IEnumerable<string> parts = Faults.GroupBy(Who).Select(g => $"{g.Key}, {string.Join(" and ", WorstFirst(g).DistinctBy(f => f.Effect).Select(f => f.Result))}");
            return $"This path does not preserve half-close: {string.Join("; ", parts)}.";
        }
    }

    /// <summary>What that means for the user's software.</summary>
    public string Meaning => !Faults.Any()
        ? $"Programs may end their sending first{(WasSilent ? " and then wait for what the other side still has to say" : "; how long the other side may then be silent was not tried (--hold)")}.{Advisory}"
        : Worst(Faults).Effect switch
        {
            PathEffect.Cut => "What comes later than that after one side's end is lost, mostly without an error: raise the relay's time-out.",
            PathEffect.Stalled => "A transfer stops in the middle, and waits for ever where neither side has a time-out: mend the relay.",
            PathEffect.FullClose => "Whoever ends its sending and waits for an answer gets none, mostly without an error: mend the relay, or mark the end inside the data.",
            PathEffect.NotForwarded => "A program that reads to the end of stream waits for ever: mend the relay, or mark the end inside the data.",
            PathEffect.FinBecameReset => "A normal end looks like a failure, and may take data with it that was still under way.",
            PathEffect.ResetBecameFin => "A transfer that was broken off looks complete: check lengths or digests.",
            PathEffect.ResetNotForwarded => "A program whose peer has aborted waits for ever: use time-outs.",
            _ => "Both ends see a normal close, and data is missing or wrong: trust no transfer here without a digest.",
        };

    // Said, so that nobody wonders about the word in the table, but counted only where it was asked for.
    private string Advisory => Findings.FirstOrDefault(f => f.IsAdvisory && f.Effect != PathEffect.Preserved) is { } reset
        ? $" (One remark: {reset.Result}. A transfer that is broken off {(reset.Effect == PathEffect.ResetBecameFin ? "looks complete" : "seems to go on")}. Most relays do that; --strict counts it as a fault.)"
        : "";

    private bool WasSilent => Options.Holds[^1] > TimeSpan.Zero;

    private string Longest => WasSilent ? $", after up to {new Duration(Options.Holds[^1])} of silence" : " where nobody is silent";

    private static string Who(CheckResult finding) => finding switch
    {
        { First: FirstCloser.Client } => "when the client ends first",
        { First: FirstCloser.Server } => "when the server ends first",
        { Check: CheckKind.DataThenFin } => "when an end comes right behind data",
        { Check: CheckKind.FinWithoutData } => "when an end comes without any data",
        { Check: CheckKind.ClientReset } => "when the client aborts",
        _ => "when the server aborts",
    };

    // The word with the most to say, of a reset the least; of cuts, the earliest.
    private static IEnumerable<CheckResult> WorstFirst(IEnumerable<CheckResult> some) => some.OrderBy(f => f.IsAdvisory).ThenByDescending(f => f.Effect).ThenBy(f => f.CutAfter ?? TimeSpan.MaxValue);

    private static CheckResult Worst(IEnumerable<CheckResult> some) => WorstFirst(some).First();
}
