using SideBySide.Timeline;
using TcpClose.Scenarios;

namespace SideBySide.Summary;

/// <summary>
/// Summarizes a run in up to three lines for a reader who is new to how a connection closes. Every sentence
/// comes from the facts of this run. If a fact was not observed, its sentence is omitted.
/// </summary>
internal static class RunSummary
{
    /// <summary>The lines; empty if too little was observed.</summary>
    /// <param name="scenario">The scenario that was run.</param>
    /// <param name="run">The observed run.</param>
    /// <param name="heldFins">Whether SideBySide held both FINs back, so that they cross.</param>
    public static IReadOnlyList<string> Of(Scenario scenario, ObservedRun run, bool heldFins = false)
    {
        var facts = new RunFacts(run);
        var resets = new ResetSentences(facts);
        var close = new CloseFacts(facts);
        var closes = new CloseSentences(facts, close);
        IEnumerable<string?> lines =
            LossFacts.Of(facts) is { } loss ? new LossSentences(facts, loss).Lines()
            : resets.IsRefused ? resets.Refused()
            : resets.ResetBy is { } side ? resets.Reset(side)
            : close.HaveFinsCrossed ? closes.Crossed(heldFins)
            : closes.Ordered(scenario.Name);
        return [.. lines.OfType<string>()];
    }
}
