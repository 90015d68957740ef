using SideBySide.Explaining.Resets;
using SideBySide.Summary;
using TcpClose.Events;

namespace SideBySide.Explaining.Remarks;

/// <summary>Finds what is remarkable in a RST besides its cause.</summary>
internal static class ResetRemarks
{
    /// <summary>The remarks.</summary>
    public static IEnumerable<Remark> Find(ConnectionFacts facts)
    {
        foreach (CapturedReset reset in facts.Resets.Where(r => r.Segment.Length > 0))
        {
            yield return new Remark("rst-with-data", [reset.Segment.Frame], "The RST carries "
                + $"{Wording.Count(reset.Segment.Length, "byte")}, which are not data of the stream: some systems put "
                + "a reason there (RFC 9293 3.5.3).");
        }

        if (facts.Resets.Where(r => r.IsIgnored).ToArray() is { Length: > 0 } ignored)
        {
            yield return new Remark("rst-ignored", Remark.FramesOf(ignored.Select(r => r.Segment)), "A RST whose "
                + "number is not the next one does not end the connection at a receiver that follows RFC 5961.");
        }

        foreach (IGrouping<(Side, string), CapturedReset> same in facts.Resets.Where(r => r.Suspicion is not null)
            .GroupBy(r => (r.Segment.Side, r.Suspicion!)))
        {
            string probably = same.First().Kind == ResetKind.Forged ? "" : "probably ",
                sender = same.First().IsOfCapturingHost ? "the host of the capture" : "a device between the ends";
            yield return new Remark("rst-suspicious", Remark.FramesOf(same.Select(r => r.Segment)), "The RST was "
                + $"{probably}not sent by the {same.Key.Item1.Name()}, but by {sender}: "
                + $"{same.Key.Item2}.");
        }
    }
}
