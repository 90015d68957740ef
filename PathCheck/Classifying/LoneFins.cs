using PathCheck.Protocol;

namespace PathCheck.Classifying;

/// <summary>
/// A connection of the near end that sent a FIN and nothing before it; times are counted back from the far end's
/// answer.
/// </summary>
/// <param name="ConnectedAgo">How long ago it was connected.</param>
/// <param name="FinAgo">How long ago the FIN was queued.</param>
/// <param name="IsAnswered">Whether the far end's answer to that FIN came back on it.</param>
internal sealed record LoneFin(TimeSpan ConnectedAgo, TimeSpan FinAgo, bool IsAnswered);

/// <summary>
/// What became of several FINs without data. Such a connection carries no id. If the far end's answer came back on it,
/// its FIN has arrived. The others are looked for among the far end's connections that brought no byte: each lived for
/// a time of its own, from a moment of its own, which no stranger's connection has but by chance.
/// </summary>
/// <param name="Total">The number of our connections.</param>
/// <param name="Answered">How many of them were answered.</param>
/// <param name="Fins">How many of the others ended at the far end by a FIN when ours was sent.</param>
/// <param name="Resets">How many of the others ended there by a RST then.</param>
/// <param name="Open">How many of the others are open there.</param>
/// <param name="Others">How many further connections ended there since our first FIN.</param>
/// <param name="IsComplete">Whether the far end has reported every such connection.</param>
internal sealed record LoneFins(int Total, int Answered, int Fins, int Resets, int Open, int Others, bool IsComplete)
{
    /// <summary>How long a near end may take to claim a connection.</summary>
    public static readonly TimeSpan ClaimTime = TimeSpan.FromSeconds(1);

    /// <summary>Whether the end of each of our connections has been found.</summary>
    public bool IsFound => Answered + Fins + Resets == Total;

    // Fewer than this are not ours: what a path does to one of our FINs it does to the others.
    private int Enough => Total / 2;

    /// <summary>Whether it is known what became of them. Otherwise some may be strangers'.</summary>
    public bool IsCertain =>
        Answered >= Enough || IsFound || (Answered + Fins + Resets == 0 && Others < Enough && IsComplete);

    /// <summary>What the path did.</summary>
    public PathEffect Effect =>
        Answered >= Enough || (IsFound && Resets < Enough) ? PathEffect.Preserved
        : IsFound ? PathEffect.FinBecameReset
        : PathEffect.NotForwarded;

    /// <summary>
    /// Compares our connections with those that the far end reports. One that has ended only just now may still be
    /// claimed by another near end, and is not counted yet.
    /// </summary>
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
