using System.Globalization;
using TcpClose;

namespace EchoClient.Verdict;

/// <summary>What the two ends saw, in words for people.</summary>
internal static class Seen
{
    public static string Share(long came, long of) => came == of ? $"all {new Size(of)}" : $"{came} of {new Size(of)}";

    /// <summary>How the stream ended for the server.</summary>
    public static string There(SawLine saw) => Name(EndThere(saw));

    /// <summary>How much came, and, where that is not as it should be, how it ended for both.</summary>
    public static string Transfer(Word word, long came, long of, Probe probe, SawLine saw) =>
        $"{Share(came, of)} came{(word == Word.Preserved ? "" : $"; {BothEnds(probe, saw)}")}";

    private static string BothEnds(Probe probe, SawLine saw) =>
        $"client: {Name(probe.End.ResetAfter is null ? probe.End.Kind : Ending.Reset)}, server: {Name(saw.Reset is not null ? Ending.Reset : EndThere(saw))}";

    /// <summary>To a tenth of a millisecond, or of a second.</summary>
    public static string Time(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    public static string Name(Ending end) => end switch
    {
        Ending.Fin => "normal end",
        Ending.Reset => "reset",
        _ => "no end",
    };

    private static Ending EndThere(SawLine saw) => saw.Fin is not null ? Ending.Fin : saw.Reset is not null ? Ending.Reset : Ending.Nothing;
}
