namespace PathCheck.Classifying;

/// <summary>What a path did to a close.</summary>
internal sealed class PathEffect
{
    public static readonly PathEffect Preserved = new("preserved", "preserved");

    public static readonly PathEffect Cut = new("cut", "cut");

    public static readonly PathEffect CutDespiteData = new("cut-despite-data", "cut although data flowed");

    public static readonly PathEffect Stalled = new("stood-still", "stalled",
        "A transfer stops in the middle, and waits forever if neither side has a time-out: fix the relay.");

    public static readonly PathEffect NotForwarded = new("fin-not-forwarded", "FIN not forwarded");

    public static readonly PathEffect FullClose = new("fin-full-close", "FIN closed both directions");

    public static readonly PathEffect FinBecameReset = new("fin-became-rst", "FIN became RST");

    public static readonly PathEffect ResetBecameFin = new("rst-became-fin", "RST became FIN",
        "An aborted transfer looks complete: check lengths or digests.");

    public static readonly PathEffect ResetNotForwarded = new("rst-not-forwarded", "RST not forwarded",
        "A program whose peer has aborted waits forever: use time-outs.");

    public static readonly PathEffect LostSilently = new("data-lost", "data lost silently");

    public static readonly PathEffect Altered = new("data-altered", "data altered");

    /// <summary>The path accepted no more connections, or its far end no longer answered.</summary>
    public static readonly PathEffect Stopped = new("path-stopped", "path stopped working",
        "One connection can end the relay for all others: fix the relay (does it handle a reset?), then run " +
        "PathCheck again.");

    /// <summary>One side never ended. The path closed the idle connection. This is no fault.</summary>
    public static readonly PathEffect GaveUp = new("gave-up", "gave up",
        "A peer that never ends costs the path, and the other side, a connection for this time only.");

    /// <summary>One side never ended. The path kept the idle connection. This is no fault.</summary>
    public static readonly PathEffect StillOpen = new("still-open", "still open",
        "A peer that never ends keeps its connection through the path: a program needs a time-out of its own.");

    /// <summary>A busy machine or other clients may have caused what was observed.</summary>
    public static readonly PathEffect NotJudged = new("not-judged", "could not be judged",
        "Run PathCheck again when the machines at both ends are less busy and no other client uses the far end.");

    /// <summary>
    /// All effects. The first three and the last are no faults; the others are in ascending order of severity.
    /// </summary>
    public static readonly IReadOnlyList<PathEffect> All =
    [
        Preserved, StillOpen, GaveUp, Cut, CutDespiteData, Stalled, NotForwarded, FullClose, FinBecameReset,
        ResetBecameFin, ResetNotForwarded, LostSilently, Altered, Stopped, NotJudged,
    ];

    private PathEffect(string key, string name, string meaning = "") => (Key, Name, Meaning) = (key, name, meaning);

    /// <summary>The name for programs. It never changes.</summary>
    public string Key { get; }

    /// <summary>The name for people.</summary>
    public string Name { get; }

    /// <summary>What the effect means for software; empty if that depends on what the ends observed.</summary>
    public string Meaning { get; }

    /// <summary>Whether the path closed a direction after a while.</summary>
    public bool IsCut => this == Cut || this == CutDespiteData;

    /// <summary>Whether the path is at fault.</summary>
    public bool IsFault => this != Preserved && this != StillOpen && this != GaveUp && this != NotJudged;

    /// <summary>Whether data was altered, or lost without an error at either end.</summary>
    public bool DamagesData => this == LostSilently || this == Altered;

    /// <summary>The index of an effect in <see cref="All"/>. A more severe fault has a higher index.</summary>
    public static int SeverityOf(PathEffect effect) => All.TakeWhile(e => e != effect).Count();

    /// <inheritdoc/>
    public override string ToString() => Key;
}
