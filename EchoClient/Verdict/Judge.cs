using TcpClose;

namespace EchoClient.Verdict;

/// <summary>
/// What the path did, from what both ends saw of one connection. Neither end alone can tell: a lost reply is a clean end of
/// stream here and a clean send there.
/// </summary>
internal static class Judge
{
    /// <summary>The client ended first; the reply was due after the hold.</summary>
    public static Finding ClientFirst(Probe probe, SawLine saw, TimeSpan hold)
    {
        TimeSpan? endHere = probe.End.Kind == Ending.Nothing ? null : probe.End.After, resetThere = Micros(saw.Reset - saw.Fin), silence = Micros(saw.Reply - saw.Fin);
        TimeSpan? cut = Earliest(Precision.Before(endHere, hold), Precision.Before(resetThere, hold));
        Word word = FinThere(saw) ?? (probe.IsAltered ? Word.Altered : probe.Came.IsShort ? TooLittle(probe, saw, cut) : EndHere(probe));
        return new Finding(Check.ClientFirst, hold, word, Seen.Transfer(word, probe.Came.Received, probe.Came.Expected, probe, saw))
        {
            CutAfter = word == Word.Cut ? cut ?? (saw.End == SawLine.WasReset ? endHere : null) : null,
            Silence = silence,
            IsUnsure = saw.End == SawLine.Unknown || (probe.Came is { Received: 0, IsShort: true } && Precision.IsLate(endHere ?? silence, hold)),
        };
    }

    /// <summary>The server ended first; our upload was due after the hold.</summary>
    public static Finding ServerFirst(Probe probe, SawLine saw, TimeSpan hold, long late)
    {
        TimeSpan? endThere = Micros(saw.Fin ?? saw.Reset ?? saw.Aborted);
        TimeSpan? cut = Earliest(probe.End.ResetAfter, saw.Bytes < late ? Precision.Before(endThere, hold) : null);
        Word word = probe.End.Kind switch
        {
            _ when probe.IsAltered => Word.Altered,
            Ending.Nothing => Word.NotForwarded,
            Ending.Reset => Word.FinBecameReset,
            _ when IsAltered(saw, late) => Word.Altered,
            _ when saw.Bytes < late => cut is not null || probe.HasStalled ? Word.Cut : Uploaded(saw),
            _ => FinThere(saw) ?? Word.Preserved,
        };
        return new Finding(Check.ServerFirst, hold, word,
            probe.IsAltered ? $"client: {probe.Came.Received} bytes that the server never sent" : probe.End.Kind == Ending.Fin ? Seen.Transfer(word, saw.Bytes, late, probe, saw) : $"client: {Seen.Name(probe.End.Kind)}")
        {
            CutAfter = word == Word.Cut ? cut : null,
            Silence = probe.Silence,
            IsUnsure = saw.End == SawLine.Unknown || probe.HasStalled || (probe.End.Kind == Ending.Fin && saw.Bytes == 0 && Precision.IsLate(endThere ?? probe.Silence, hold)),
        };
    }

    /// <summary>Everything at once.</summary>
    public static Finding BothAtOnce(Probe probe, SawLine saw, long size)
    {
        // Where the server cannot send what comes back it does not read to our FIN either.
        bool isStuck = probe is { Came.IsShort: true, End.Kind: Ending.Nothing } && !saw.HasMetAnEnd;
        Word word = Stalled(probe) ?? (isStuck ? Word.StoodStill : (Word?)null) ?? FinThere(saw) ?? (probe.IsAltered || IsAltered(saw, size) ? Word.Altered
            : probe.Came.IsShort || saw.Bytes < size ? TooLittle(probe, saw, null) : EndHere(probe));
        TimeSpan? cut = word == Word.Cut && probe.End.Kind != Ending.Nothing ? probe.End.AfterHalfClose : null;
        return new Finding(Check.BothAtOnce, null, word,
            saw.Bytes == size && probe.Came.Received == size ? "all came, both ways" : $"{saw.Bytes} bytes there, {probe.Came.Received} back")
        {
            CutAfter = cut,
            EndedAfter = probe.End.AfterHalfClose,
            IsUnsure = saw.End == SawLine.Unknown || word == Word.StoodStill || Precision.IsLate(cut, TimeSpan.Zero),
        };
    }

    /// <summary>Data and FIN at once.</summary>
    public static Finding EndOfStream(Probe probe, SawLine saw, long size)
    {
        Word word = Stalled(probe) ?? (saw.End == SawLine.Unknown ? Word.LostSilently
            : FinThere(saw) ?? (IsAltered(saw, size) ? Word.Altered : saw.Bytes < size ? Word.LostSilently : Word.Preserved));
        TimeSpan? gap = Micros(saw.Fin - saw.Last);
        string seen = word == Word.Preserved && gap is { } late ? $"{Seen.Time(late)} behind the last byte" : $"{Seen.Share(saw.Bytes, size)} came; server: {Seen.There(saw)}";
        return new Finding(Check.EndOfStream, null, word, seen) { Gap = gap, IsUnsure = !saw.HasMetAnEnd || probe.HasStalled };
    }

    /// <summary>A FIN without data.</summary>
    /// <param name="came">Whether the server has met such connections at all.</param>
    /// <param name="ended">Whether they have ended there.</param>
    /// <param name="byReset">Whether it was a reset that ended them.</param>
    public static Finding FinAlone(bool came, bool ended, bool byReset) => new(Check.FinAlone, null,
        !ended ? Word.NotForwarded : byReset ? Word.FinBecameReset : Word.Preserved,
        $"server: {(ended ? Seen.Name(byReset ? Ending.Reset : Ending.Fin) : came ? Seen.Name(Ending.Nothing) : "no connection")}")
    {
        IsUnsure = !ended,
    };

    /// <summary>An abort.</summary>
    /// <param name="check">Whose.</param>
    /// <param name="end">What became of it on the other side.</param>
    /// <param name="isTheirs">Whether there was an abort at all: a path that ends by itself has passed nothing on.</param>
    public static Finding Reset(Check check, Ending end, bool isTheirs = true) => new(check, null, end switch
    {
        _ when !isTheirs => Word.ResetNotForwarded,
        Ending.Reset => Word.Preserved,
        Ending.Fin => Word.ResetBecameFin,
        _ => Word.ResetNotForwarded,
    }, $"{(check == Check.ClientReset ? "server" : "client")}: {Seen.Name(end)}{(isTheirs ? "" : ", and not by the server")}")
    {
        IsUnsure = end == Ending.Nothing || !isTheirs,
    };

    // We gave up before we had sent everything: there was no FIN, and no end that could have been lost.
    private static Word? Stalled(Probe probe) => probe.HasStalled ? Word.StoodStill : null;

    // What became of the client's FIN on its way to the server; null where it arrived.
    private static Word? FinThere(SawLine saw) =>
        saw.Fin is not null ? null : saw.Reset is not null ? Word.FinBecameReset : saw.End == SawLine.Unknown ? Word.LostSilently : Word.NotForwarded;

    // The server has sent everything, and then its FIN.
    private static Word EndHere(Probe probe) => probe.End.Kind switch
    {
        Ending.Fin => Word.Preserved,
        Ending.Reset => Word.FinBecameReset,
        _ => Word.NotForwarded,
    };

    // Less came than the server sent. Where it ended before the reply was due, or the server met a reset when it replied, the
    // connection was cut. Otherwise the server has closed normally: its end came through, and the data before it did not.
    private static Word TooLittle(Probe probe, SawLine saw, TimeSpan? cut) =>
        cut is not null || saw.End is SawLine.WasReset or SawLine.WasAborted || probe.End.Kind == Ending.Nothing ? Word.Cut
        : probe.End.Kind == Ending.Reset ? Word.FinBecameReset : Word.LostSilently;

    private static Word Uploaded(SawLine saw) => saw switch
    {
        { Fin: not null } => Word.LostSilently,
        { Reset: not null } => Word.FinBecameReset,
        _ => Word.Cut,
    };

    private static bool IsAltered(SawLine saw, long size) => saw.Bytes > size || saw.Sha256 != Digest.Of(saw.Bytes);

    private static TimeSpan? Earliest(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;

    // A far side that says nonsense must not make times that are less than none.
    private static TimeSpan? Micros(long? time) => time is { } known ? TimeSpan.FromMicroseconds(Math.Max(0, known)) : null;
}
