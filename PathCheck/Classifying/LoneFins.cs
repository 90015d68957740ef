using PathCheck.Protocol;

namespace PathCheck.Classifying;

/// <summary>
/// A connection of the near end that sent a FIN without any data. Times are counted back from the far end's report.
/// </summary>
/// <param name="ConnectedAgo">How long ago it was opened.</param>
/// <param name="FinAgo">How long ago the FIN was queued.</param>
/// <param name="IsAnswered">Whether the far end's answer was received.</param>
internal sealed record LoneFin(TimeSpan ConnectedAgo, TimeSpan FinAgo, bool IsAnswered);

/// <summary>
/// What happened to several FINs without data. The far end's answer proves that a FIN has arrived. An unanswered
/// connection carries no id, so it is matched with the far end's connections by the times at which it was opened and
/// ended. The FINs are sent at random times, so another client's connection matches only by coincidence.
/// </summary>
/// <param name="Total">The number of our connections.</param>
/// <param name="Answered">The number of them that were answered.</param>
/// <param name="Fins">The number of unanswered connections that ended at the far end with a FIN.</param>
/// <param name="Resets">The number of unanswered connections that ended at the far end with a RST.</param>
/// <param name="Open">
/// The number of matching connections that are open at the far end, or ended too recently to be counted.
/// </param>
/// <param name="Unrelated">The number of unrelated connections that ended at the far end since our first FIN.</param>
/// <param name="IsComplete">Whether the far end has reported every connection without a byte.</param>
internal sealed record LoneFins(int Total, int Answered, int Fins, int Resets, int Open, int Unrelated, bool IsComplete)
{
    /// <summary>
    /// How long after the end of a connection its near end may still claim it. Until then, the connection is not
    /// counted.
    /// </summary>
    public static readonly TimeSpan ClaimTime = TimeSpan.FromSeconds(1);

    /// <summary>Whether the end of each of our connections has been found.</summary>
    public bool IsFound => Answered + Fins + Resets == Total;

    // A path treats all our FINs alike, so fewer matches than this are a coincidence.
    private int Half => Total / 2;

    /// <summary>Whether at least half of our connections have reached the far end.</summary>
    public bool HaveConnected => Open + Answered + Fins + Resets >= Half;

    /// <summary>
    /// Whether the result is certain. If it is not, connections of other clients may look like ours, or the report is
    /// incomplete.
    /// </summary>
    public bool IsCertain =>
        Answered >= Half || IsFound || (Answered + Fins + Resets == 0 && Unrelated < Half && IsComplete);

    /// <summary>What the path did.</summary>
    public PathEffect Effect =>
        Answered >= Half || (IsFound && Resets < Half) ? PathEffect.Preserved
        : IsFound ? PathEffect.FinBecameReset
        : PathEffect.NotForwarded;

    /// <summary>Matches our connections with those that the far end reports.</summary>
    public static LoneFins Match(IReadOnlyList<LoneFin> ours, BytelessReport report, TimeSpan tolerance)
    {
        List<LoneFin> missing = [.. ours.Where(o => !o.IsAnswered)];
        TimeSpan firstFin = ours.Max(o => o.FinAgo) + tolerance;
        int fins = 0, resets = 0, open = 0, others = 0;
        foreach (BytelessConnection one in report.Connections)
        {
            IEnumerable<LoneFin> near = missing.Where(o => IsNear(o.ConnectedAgo, one.AcceptedAgo, tolerance));
            if (one.End == StreamEnd.Nothing || one.EndedAgo < ClaimTime)
            {
                open += near.Any() ? 1 : 0;
                continue;
            }

            LoneFin? match = near.Where(o => IsNear(o.FinAgo, one.EndedAgo, tolerance))
                .MinBy(o => (o.FinAgo - one.EndedAgo).Duration());
            if (match is not null) missing.Remove(match);
            if (match is null) others += one.EndedAgo <= firstFin ? 1 : 0;
            else if (one.End == StreamEnd.Fin) fins++;
            else resets++;
        }

        return new LoneFins(ours.Count, ours.Count(o => o.IsAnswered), fins, resets, open, others, report.IsComplete);
    }

    private static bool IsNear(TimeSpan one, TimeSpan other, TimeSpan tolerance) =>
        (one - other).Duration() <= tolerance;
}
