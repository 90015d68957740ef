using System.Globalization;
using TcpClose.Events;
using TcpClose.Scenarios;

namespace EchoClient.Verdict;

/// <summary>What the two ends saw, in words for people.</summary>
internal static class Evidence
{
    public static string Share(long came, long of) => came == of ? $"all {new ByteSize(of)}" : $"{came} of {new ByteSize(of)}";

    /// <summary>How the stream ended for the server.</summary>
    public static string There(ConnectionReport saw) => Name(EndThere(saw));

    /// <summary>How much came, and, where that is not as it should be, how it ended for both.</summary>
    public static string Transfer(PathEffect word, long came, long of, Probe probe, ConnectionReport saw) =>
        $"{Share(came, of)} came{(word == PathEffect.Preserved ? "" : $"; {BothEnds(probe, saw)}")}";

    private static string BothEnds(Probe probe, ConnectionReport saw) =>
        $"client: {Name(probe.End.ResetAfter is null ? probe.End.Kind : StreamEnd.Reset)}, server: {Name(saw.Reset is not null ? StreamEnd.Reset : EndThere(saw))}";

    /// <summary>To a tenth of a millisecond, or of a second.</summary>
    public static string Time(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    public static string Name(StreamEnd end) => end switch
    {
        StreamEnd.Fin => "normal end",
        StreamEnd.Reset => "reset",
        _ => "no end",
    };

    private static StreamEnd EndThere(ConnectionReport saw) => saw.Fin is not null ? StreamEnd.Fin : saw.Reset is not null ? StreamEnd.Reset : StreamEnd.Nothing;
}
