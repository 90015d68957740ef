using SideBySide.Captures;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Reporting;

/// <summary>Describes the silence before a FIN. Perhaps a time-out caused the FIN.</summary>
internal static class FinSilence
{
    // A shorter silence is not remarkable.
    private static readonly TimeSpan MinSilence = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The silence before a FIN, as a part of a sentence; empty if it was shorter than <see cref="MinSilence"/>.
    /// </summary>
    public static string Describe(ConnectionFacts facts, CapturedSegment fin) =>
        facts.SilenceBefore(fin) is var silence && silence >= MinSilence
            ? $", after {Wording.Time(silence)} in which neither end sent data, perhaps a time-out"
            : "";

    /// <summary>What to do if a request got no answer in the silence before a FIN; otherwise null.</summary>
    public static string? Advise(ConnectionFacts facts, CapturedSegment fin)
    {
        TimeSpan silence = facts.SilenceBefore(fin);
        bool isAnswer = fin.Side == Side.Server && fin.Length > 0;
        if (silence < MinSilence || isAnswer || facts.Missing(Side.Server) > 0) return null;
        CapturedSegment[] before = [.. facts.Segments.Where(s => s.Frame < fin.Frame && !s.Has(TcpFlags.Rst))];
        int answered = before.LastOrDefault(s => s is { Side: Side.Server, NewBytes: > 0 }
            || s.Skipped is { ServerBytes: > 0 })?.Frame ?? 0;
        long bytes = before.Where(s => s.Frame > answered)
            .Sum(s => (s.Side == Side.Client ? s.NewBytes : 0) + (s.Skipped?.ClientBytes ?? 0));
        return bytes == 0 ? null
            : $"The server had not answered the {(answered == 0 ? "" : "last ")}{Wording.Count(bytes, "byte")} that "
                + $"the client sent. If an answer was due, look for a time-out of {Wording.Time(silence)} at the "
                + $"{fin.Side.Name()}, or in a proxy there. If that time-out is too short, raise it.";
    }
}
