namespace PathCheck.Classifying;

/// <summary>What a path did to a close.</summary>
internal sealed class PathEffect
{
    public static readonly PathEffect Preserved = new("preserved", "preserved", "");

    public static readonly PathEffect Cut = new("cut", "cut",
        "What comes later than that after one side's end is lost, mostly without an error: " +
        "raise the relay's time-out.");

    public static readonly PathEffect Stalled = new("stood-still", "stood still",
        "A transfer stops in the middle, and waits for ever where neither side has a time-out: mend the relay.");

    public static readonly PathEffect NotForwarded = new("fin-not-forwarded", "FIN not forwarded",
        "A program that reads to the end of stream waits for ever: mend the relay, or mark the end inside the data.");

    public static readonly PathEffect FullClose = new("fin-full-close", "FIN turned into full close",
        "Whoever ends its sending and waits for an answer gets none, mostly without an error: " +
        "mend the relay, or mark the end inside the data.");

    public static readonly PathEffect FinBecameReset = new("fin-became-rst", "FIN became RST",
        "A normal end looks like a failure, and may take data with it that was still under way.");

    public static readonly PathEffect ResetBecameFin = new("rst-became-fin", "RST became FIN",
        "A transfer that was broken off looks complete: check lengths or digests.");

    public static readonly PathEffect ResetNotForwarded = new("rst-not-forwarded", "RST not forwarded",
        "A program whose peer has aborted waits for ever: use time-outs.");

    public static readonly PathEffect LostSilently = new("data-lost", "data lost silently", NoTransferIsSafe);

    public static readonly PathEffect Altered = new("data-altered", "data altered", NoTransferIsSafe);

    /// <summary>
    /// Nothing can be said: what was observed may be the doing of this machine, the far end's machine, or strangers.
    /// </summary>
    public static readonly PathEffect NotJudged = new("not-judged", "could not be judged",
        "Run it again, when the machines at both ends are less busy and nobody else uses the far end.");

    /// <summary>All of them; those after the first have more and more to say.</summary>
    public static readonly IReadOnlyList<PathEffect> All =
    [
        Preserved, Cut, Stalled, NotForwarded, FullClose, FinBecameReset, ResetBecameFin, ResetNotForwarded,
        LostSilently, Altered, NotJudged,
    ];

    private const string NoTransferIsSafe =
        "Both ends see a normal close, and data is missing or wrong: trust no transfer here without a digest.";

    private PathEffect(string key, string name, string meaning) => (Key, Name, Meaning) = (key, name, meaning);

    /// <summary>The name for machines; it never changes.</summary>
    public string Key { get; }

    /// <summary>The name for people.</summary>
    public string Name { get; }

    /// <summary>What follows from it for the user's software.</summary>
    public string Meaning { get; }

    /// <summary>Whether the path is at fault.</summary>
    public bool IsFault => this != Preserved && this != NotJudged;

    /// <inheritdoc/>
    public override string ToString() => Key;
}
