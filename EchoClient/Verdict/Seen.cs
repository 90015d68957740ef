using TcpClose;

namespace EchoClient.Verdict;

/// <summary>What the two ends saw, in words for people.</summary>
internal static class Seen
{
    public static string Share(long came, long of) => came == of ? $"all {new Size(of)}" : $"{came} of {new Size(of)}";

    /// <summary>How the stream ended for the server.</summary>
    public static string There(SawLine saw) => Name(EndThere(saw));

    /// <summary>The last that each end saw.</summary>
    public static string BothEnds(Probe probe, SawLine saw) =>
        $"{Short(probe.End.ResetAfter is null ? probe.End.Kind : Ending.Reset)} here, {Short(saw.Reset is not null ? Ending.Reset : EndThere(saw))} there";

    public static string Name(Ending end) => end switch
    {
        Ending.Fin => "end of stream",
        Ending.Reset => "reset",
        _ => "no end",
    };

    private static string Short(Ending end) => end == Ending.Fin ? "end" : Name(end);

    private static Ending EndThere(SawLine saw) => saw.Fin is not null ? Ending.Fin : saw.Reset is not null ? Ending.Reset : Ending.Nothing;
}
