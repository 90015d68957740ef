namespace EchoClient.Verdict;

/// <summary>What a path did with a close.</summary>
internal enum PathEffect
{
    Preserved,
    Cut,
    Stalled,
    NotForwarded,
    FullClose,
    FinBecameReset,
    ResetBecameFin,
    ResetNotForwarded,
    LostSilently,
    Altered,
}

/// <summary>The words as the report says them.</summary>
internal static class PathEffects
{
    /// <summary>For people.</summary>
    public static string Of(PathEffect word) => word switch
    {
        PathEffect.Preserved => "preserved",
        PathEffect.Cut => "cut",
        PathEffect.Stalled => "stood still",
        PathEffect.NotForwarded => "FIN not forwarded",
        PathEffect.FullClose => "FIN turned into full close",
        PathEffect.FinBecameReset => "FIN became RST",
        PathEffect.ResetBecameFin => "RST became FIN",
        PathEffect.ResetNotForwarded => "RST not forwarded",
        PathEffect.LostSilently => "data lost silently",
        _ => "data altered",
    };

    /// <summary>For machines: never changes.</summary>
    public static string Key(PathEffect word) => word switch
    {
        PathEffect.Preserved => "preserved",
        PathEffect.Cut => "cut",
        PathEffect.Stalled => "stood-still",
        PathEffect.NotForwarded => "fin-not-forwarded",
        PathEffect.FullClose => "fin-full-close",
        PathEffect.FinBecameReset => "fin-became-rst",
        PathEffect.ResetBecameFin => "rst-became-fin",
        PathEffect.ResetNotForwarded => "rst-not-forwarded",
        PathEffect.LostSilently => "data-lost",
        _ => "data-altered",
    };
}
