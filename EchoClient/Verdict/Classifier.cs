using TcpClose.Scenarios;

namespace EchoClient.Verdict;

/// <summary>
/// What the path did, from what both ends saw of one connection. Neither end alone can tell: a lost reply is a clean end of
/// stream here and a clean send there.
/// </summary>
internal static class Classifier
{
    /// <summary>The client ended first; the reply was due after the hold.</summary>
    public static CheckResult ClientClosesFirst(Probe probe, ConnectionReport saw, TimeSpan hold)
    {
        TimeSpan? endHere = probe.End.Kind == StreamEnd.Nothing ? null : probe.End.After, resetThere = Micros(saw.Reset - saw.Fin), silence = Micros(saw.Reply - saw.Fin);
        TimeSpan? cut = Earliest(TimingTolerance.Before(endHere, hold), TimingTolerance.Before(resetThere, hold));
        PathEffect word = FinThere(saw) ?? (probe.IsAltered ? PathEffect.Altered : probe.Received.IsShort ? TooLittle(probe, saw, cut) : EndHere(probe));
        return new CheckResult(CheckKind.ClientClosesFirst, hold, word, Evidence.Transfer(word, probe.Received.Received, probe.Received.Expected, probe, saw))
        {
            CutAfter = word == PathEffect.Cut ? cut ?? (saw.End == ConnectionReport.WasReset ? endHere : null) : null,
            ActualHold = silence,
            IsUncertain = saw.End == ConnectionReport.Unknown || (probe.Received is { Received: 0, IsShort: true } && TimingTolerance.IsLate(endHere ?? silence, hold)),
        };
    }

    /// <summary>The server ended first; our upload was due after the hold.</summary>
    public static CheckResult ServerClosesFirst(Probe probe, ConnectionReport saw, TimeSpan hold, long late)
    {
        TimeSpan? endThere = Micros(saw.Fin ?? saw.Reset ?? saw.Aborted);
        TimeSpan? cut = Earliest(probe.End.ResetAfter, saw.Bytes < late ? TimingTolerance.Before(endThere, hold) : null);
        PathEffect word = probe.End.Kind switch
        {
            _ when probe.IsAltered => PathEffect.Altered,
            StreamEnd.Nothing => PathEffect.NotForwarded,
            StreamEnd.Reset => PathEffect.FinBecameReset,
            _ when IsAltered(saw, late) => PathEffect.Altered,
            _ when saw.Bytes < late => cut is not null || probe.HasStalled ? PathEffect.Cut : Uploaded(saw),
            _ => FinThere(saw) ?? PathEffect.Preserved,
        };
        return new CheckResult(CheckKind.ServerClosesFirst, hold, word,
            probe.IsAltered ? $"client: {probe.Received.Received} bytes that the server never sent" : probe.End.Kind == StreamEnd.Fin ? Evidence.Transfer(word, saw.Bytes, late, probe, saw) : $"client: {Evidence.Name(probe.End.Kind)}")
        {
            CutAfter = word == PathEffect.Cut ? cut : null,
            ActualHold = probe.ActualHold,
            IsUncertain = saw.End == ConnectionReport.Unknown || probe.HasStalled || (probe.End.Kind == StreamEnd.Fin && saw.Bytes == 0 && TimingTolerance.IsLate(endThere ?? probe.ActualHold, hold)),
        };
    }

    /// <summary>Everything at once.</summary>
    public static CheckResult FullDuplexTransfer(Probe probe, ConnectionReport saw, long size)
    {
        // Where the server cannot send what comes back it does not read to our FIN either.
        bool isStuck = probe is { Received.IsShort: true, End.Kind: StreamEnd.Nothing } && !saw.HasEnded;
        PathEffect word = Stalled(probe) ?? (isStuck ? PathEffect.Stalled : (PathEffect?)null) ?? FinThere(saw) ?? (probe.IsAltered || IsAltered(saw, size) ? PathEffect.Altered
            : probe.Received.IsShort || saw.Bytes < size ? TooLittle(probe, saw, null) : EndHere(probe));
        TimeSpan? cut = word == PathEffect.Cut && probe.End.Kind != StreamEnd.Nothing ? probe.End.AfterHalfClose : null;
        return new CheckResult(CheckKind.FullDuplexTransfer, null, word,
            saw.Bytes == size && probe.Received.Received == size ? "all came, both ways" : $"{saw.Bytes} bytes there, {probe.Received.Received} back")
        {
            CutAfter = cut,
            EndedAfter = probe.End.AfterHalfClose,
            IsUncertain = saw.End == ConnectionReport.Unknown || word == PathEffect.Stalled || TimingTolerance.IsLate(cut, TimeSpan.Zero),
        };
    }

    /// <summary>Data and FIN at once.</summary>
    public static CheckResult DataThenFin(Probe probe, ConnectionReport saw, long size)
    {
        PathEffect word = Stalled(probe) ?? (saw.End == ConnectionReport.Unknown ? PathEffect.LostSilently
            : FinThere(saw) ?? (IsAltered(saw, size) ? PathEffect.Altered : saw.Bytes < size ? PathEffect.LostSilently : PathEffect.Preserved));
        TimeSpan? gap = Micros(saw.Fin - saw.Last);
        string seen = word == PathEffect.Preserved && gap is { } late ? $"{Evidence.Time(late)} behind the last byte" : $"{Evidence.Share(saw.Bytes, size)} came; server: {Evidence.There(saw)}";
        return new CheckResult(CheckKind.DataThenFin, null, word, seen) { Gap = gap, IsUncertain = !saw.HasEnded || probe.HasStalled };
    }

    /// <summary>A FIN without data.</summary>
    /// <param name="came">Whether the server has met such connections at all.</param>
    /// <param name="ended">Whether they have ended there.</param>
    /// <param name="byReset">Whether it was a reset that ended them.</param>
    public static CheckResult FinWithoutData(bool came, bool ended, bool byReset) => new(CheckKind.FinWithoutData, null,
        !ended ? PathEffect.NotForwarded : byReset ? PathEffect.FinBecameReset : PathEffect.Preserved,
        $"server: {(ended ? Evidence.Name(byReset ? StreamEnd.Reset : StreamEnd.Fin) : came ? Evidence.Name(StreamEnd.Nothing) : "no connection")}")
    {
        IsUncertain = !ended,
    };

    /// <summary>An abort.</summary>
    /// <param name="check">Whose.</param>
    /// <param name="end">What became of it on the other side.</param>
    /// <param name="isTheirs">Whether there was an abort at all: a path that ends by itself has passed nothing on.</param>
    public static CheckResult Reset(CheckKind check, StreamEnd end, bool isTheirs = true) => new(check, null, end switch
    {
        _ when !isTheirs => PathEffect.ResetNotForwarded,
        StreamEnd.Reset => PathEffect.Preserved,
        StreamEnd.Fin => PathEffect.ResetBecameFin,
        _ => PathEffect.ResetNotForwarded,
    }, $"{(check == CheckKind.ClientReset ? "server" : "client")}: {Evidence.Name(end)}{(isTheirs ? "" : ", and not by the server")}")
    {
        IsUncertain = end == StreamEnd.Nothing || !isTheirs,
    };

    // We gave up before we had sent everything: there was no FIN, and no end that could have been lost.
    private static PathEffect? Stalled(Probe probe) => probe.HasStalled ? PathEffect.Stalled : null;

    // What became of the client's FIN on its way to the server; null where it arrived.
    private static PathEffect? FinThere(ConnectionReport saw) =>
        saw.Fin is not null ? null : saw.Reset is not null ? PathEffect.FinBecameReset : saw.End == ConnectionReport.Unknown ? PathEffect.LostSilently : PathEffect.NotForwarded;

    // The server has sent everything, and then its FIN.
    private static PathEffect EndHere(Probe probe) => probe.End.Kind switch
    {
        StreamEnd.Fin => PathEffect.Preserved,
        StreamEnd.Reset => PathEffect.FinBecameReset,
        _ => PathEffect.NotForwarded,
    };

    // Less came than the server sent. Where it ended before the reply was due, or the server met a reset when it replied, the
    // connection was cut. Otherwise the server has closed normally: its end came through, and the data before it did not.
    private static PathEffect TooLittle(Probe probe, ConnectionReport saw, TimeSpan? cut) =>
        cut is not null || saw.End is ConnectionReport.WasReset or ConnectionReport.WasAborted || probe.End.Kind == StreamEnd.Nothing ? PathEffect.Cut
        : probe.End.Kind == StreamEnd.Reset ? PathEffect.FinBecameReset : PathEffect.LostSilently;

    private static PathEffect Uploaded(ConnectionReport saw) => saw switch
    {
        { Fin: not null } => PathEffect.LostSilently,
        { Reset: not null } => PathEffect.FinBecameReset,
        _ => PathEffect.Cut,
    };

    private static bool IsAltered(ConnectionReport saw, long size) => saw.Bytes > size || saw.Sha256 != PatternDigest.Of(saw.Bytes);

    private static TimeSpan? Earliest(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;

    // A far side that says nonsense must not make times that are less than none.
    private static TimeSpan? Micros(long? time) => time is { } known ? TimeSpan.FromMicroseconds(Math.Max(0, known)) : null;
}
