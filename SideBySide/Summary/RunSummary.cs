using SideBySide.Timeline;
using TcpClose.Scenarios;

namespace SideBySide.Summary;

/// <summary>
/// Summarizes a run in up to three lines for a beginner. A fact that was not observed has no sentence.
/// </summary>
internal static class RunSummary
{
    /// <summary>The lines; empty if too little was observed.</summary>
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
