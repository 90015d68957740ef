namespace EchoClient.Verdict;

/// <summary>What a path did with a close.</summary>
internal enum Word
{
    Preserved,
    Cut,
    StoodStill,
    NotForwarded,
    FullClose,
    FinBecameReset,
    ResetBecameFin,
    ResetNotForwarded,
    LostSilently,
    Altered,
}

/// <summary>The words as the report says them.</summary>
internal static class Words
{
    /// <summary>For people.</summary>
    public static string Of(Word word) => word switch
    {
        Word.Preserved => "preserved",
        Word.Cut => "cut",
        Word.StoodStill => "stood still",
        Word.NotForwarded => "FIN not forwarded",
        Word.FullClose => "FIN turned into full close",
        Word.FinBecameReset => "FIN became RST",
        Word.ResetBecameFin => "RST became FIN",
        Word.ResetNotForwarded => "RST not forwarded",
        Word.LostSilently => "data lost silently",
        _ => "data altered",
    };

    /// <summary>For machines: never changes.</summary>
    public static string Key(Word word) => word switch
    {
        Word.Preserved => "preserved",
        Word.Cut => "cut",
        Word.StoodStill => "stood-still",
        Word.NotForwarded => "fin-not-forwarded",
        Word.FullClose => "fin-full-close",
        Word.FinBecameReset => "fin-became-rst",
        Word.ResetBecameFin => "rst-became-fin",
        Word.ResetNotForwarded => "rst-not-forwarded",
        Word.LostSilently => "data-lost",
        _ => "data-altered",
    };
}
