using System.Globalization;
using System.Security.Cryptography;
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
        TimeSpan? resetThere = saw is { Reset: { } reset, Fin: { } fin } && Micros(reset - fin) is var after && after < hold ? after : null;
        TimeSpan? cut = Earliest(Before(probe, hold), resetThere);
        Word word = FinThere(saw) ?? (probe.IsAltered ? Word.Altered : probe.Came.IsShort ? TooLittle(probe, saw, cut) : EndHere(probe));
        return new Finding($"client ends, reply {Seen.When(hold)}", First.Client, hold, word, $"{Seen.Share(probe.Came.Received, probe.Came.Expected)} came; {Seen.BothEnds(probe, saw)}")
        {
            CutAfter = word == Word.Cut ? cut ?? (saw.End == SawLine.WasReset && probe.End != Ending.Nothing ? probe.EndedAfter : null) : null,
        };
    }

    /// <summary>The server ended first; our upload was due after the hold.</summary>
    public static Finding ServerFirst(Probe probe, SawLine saw, TimeSpan hold, long late)
    {
        TimeSpan? there = (saw.Fin ?? saw.Reset ?? saw.Aborted) is { } ended && saw.Bytes < late && Micros(ended) < hold ? Micros(ended) : null;
        TimeSpan? cut = Earliest(probe.ResetAfter, there);
        Word word = probe.End switch
        {
            Ending.Nothing => Word.NotForwarded,
            Ending.Reset => Word.FinBecameReset,
            _ when IsAltered(saw, late) => Word.Altered,
            _ when saw.Bytes < late => cut is not null ? Word.Cut : Uploaded(saw),
            _ => FinThere(saw) ?? Word.Preserved,
        };
        return new Finding($"server ends, upload {Seen.When(hold)}", First.Server, hold, word,
            probe.End == Ending.Fin ? $"{Seen.Share(saw.Bytes, late)} came; {Seen.BothEnds(probe, saw)}" : $"client: {Seen.Name(probe.End)}")
        {
            CutAfter = word == Word.Cut ? cut : null,
        };
    }

    /// <summary>Everything at once.</summary>
    public static Finding BothAtOnce(Probe probe, SawLine saw, long size)
    {
        Word word = FinThere(saw) ?? (probe.IsAltered || IsAltered(saw, size) ? Word.Altered
            : probe.Came.IsShort || saw.Bytes < size ? TooLittle(probe, saw, null) : EndHere(probe));
        return new Finding("both at once, 4 MiB each way", First.Client, null, word,
            saw.Bytes == size && probe.Came.Received == size ? "all came, both ways" : $"{saw.Bytes} bytes there, {probe.Came.Received} back")
        {
            CutAfter = word == Word.Cut && probe.End != Ending.Nothing ? probe.EndedAfter : null,
        };
    }

    /// <summary>Data and FIN at once.</summary>
    public static Finding EndOfStream(SawLine saw, long size)
    {
        Word word = saw.End == SawLine.Unknown ? Word.LostSilently
            : FinThere(saw) ?? (IsAltered(saw, size) ? Word.Altered : saw.Bytes < size ? Word.LostSilently : Word.Preserved);
        string seen = word == Word.Preserved && saw is { Fin: { } fin, Last: { } last }
            ? string.Create(CultureInfo.InvariantCulture, $"{(fin - last) / 1000.0:0.0} ms behind the last byte")
            : $"{Seen.Share(saw.Bytes, size)} came, {Seen.There(saw)}";
        return new Finding("data, and its end right behind", First.Nobody, null, word, seen);
    }

    /// <summary>A FIN without data.</summary>
    public static Finding FinAlone(bool fin, bool reset) => new("end of stream without any data", First.Nobody, null,
        fin ? Word.Preserved : reset ? Word.FinBecameReset : Word.NotForwarded,
        $"server: {Seen.Name(fin ? Ending.Fin : reset ? Ending.Reset : Ending.Nothing)}");

    /// <summary>An abort.</summary>
    public static Finding Reset(string check, string side, Ending end) => new(check, First.Nobody, null, end switch
    {
        Ending.Reset => Word.Preserved,
        Ending.Fin => Word.ResetBecameFin,
        _ => Word.ResetNotForwarded,
    }, $"{side}: {Seen.Name(end)}")
    {
        IsRemark = true,
    };

    // What became of the client's FIN on its way to the server; null where it arrived.
    private static Word? FinThere(SawLine saw) =>
        saw.Fin is not null ? null : saw.Reset is not null ? Word.FinBecameReset : saw.End == SawLine.Unknown ? Word.LostSilently : Word.NotForwarded;

    // The server has sent everything, and then its FIN.
    private static Word EndHere(Probe probe) => probe.End switch
    {
        Ending.Fin => Word.Preserved,
        Ending.Reset => Word.FinBecameReset,
        _ => Word.NotForwarded,
    };

    // Less came than the server sent. Where it ended before the reply was due, or the server met a reset when it replied, the
    // connection was cut. Otherwise the server has closed normally: its end came through, and the data before it did not.
    private static Word TooLittle(Probe probe, SawLine saw, TimeSpan? cut) =>
        cut is not null || saw.End is SawLine.WasReset or SawLine.WasAborted || probe.End == Ending.Nothing ? Word.Cut
        : probe.End == Ending.Reset ? Word.FinBecameReset : Word.LostSilently;

    private static Word Uploaded(SawLine saw) => saw switch
    {
        { Fin: not null } => Word.LostSilently,
        { Reset: not null } => Word.FinBecameReset,
        _ => Word.Cut,
    };

    private static bool IsAltered(SawLine saw, long size) => saw.Bytes > size || saw.Sha256 != Digest(saw.Bytes);

    private static string Digest(long size)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] part = new byte[64 * 1024];
        for (long position = 0; position < size; position += part.Length)
        {
            Span<byte> next = part.AsSpan(0, (int)Math.Min(part.Length, size - position));
            Pattern.Fill(next, position);
            hash.AppendData(next);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static TimeSpan? Before(Probe probe, TimeSpan hold) => probe.End != Ending.Nothing && probe.EndedAfter < hold ? probe.EndedAfter : null;

    private static TimeSpan? Earliest(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;

    private static TimeSpan Micros(long time) => TimeSpan.FromMicroseconds(time);
}
