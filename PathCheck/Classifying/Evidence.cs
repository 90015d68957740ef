using System.Globalization;
using PathCheck.Protocol;
using TcpClose.Events;

namespace PathCheck.Classifying;

/// <summary>Formats as text what the two ends observed.</summary>
internal static class Evidence
{
    private const double BytesPerMiB = 1024 * 1024, MinInMiB = BytesPerMiB / 10;

    public static string Share(long received, long of) =>
        received == of ? $"all {Amount(of)}" : $"{received} of {Amount(of)}";

    /// <summary>A number of bytes: "13 bytes", "1500 bytes", "64KiB".</summary>
    public static string Amount(long bytes) =>
        bytes == 1 ? "1 byte" : bytes % 1024 != 0 || bytes == 0 ? $"{bytes} bytes" : $"{new ByteSize(bytes)}";

    /// <summary>A large number of bytes, roughly: "8.7 MiB".</summary>
    public static string About(long bytes) => bytes < MinInMiB ? Amount(bytes)
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / BytesPerMiB:0.#} MiB");

    /// <summary>Whether the bytes and the FIN that followed them arrived.</summary>
    public static string WithFin(PathEffect effect, long received, long of, string end) =>
        effect == PathEffect.Preserved
            ? $"all {Amount(of)} and the FIN arrived"
            : $"{Share(received, of)} arrived; {end}";

    /// <summary>How the stream ended at the far end.</summary>
    public static string FarEnd(ConnectionReport report) => Name(EndOf(report));

    /// <summary>
    /// The share that was received. If the path did not preserve the close, the text also contains how the connection
    /// ended at both ends.
    /// </summary>
    public static string Transfer(
        PathEffect effect, long received, long of, NearObservation near, ConnectionReport report) =>
        effect == PathEffect.Preserved ? $"{Share(received, of)} arrived"
        : received == 0 && of == 0 ? BothEnds(near, report)
        : $"{Share(received, of)} arrived; {BothEnds(near, report)}";

    /// <summary>A time with one decimal, in milliseconds or seconds.</summary>
    public static string Time(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    /// <summary>The name of an end.</summary>
    public static string Name(StreamEnd end) =>
        end == StreamEnd.Fin ? "normal end" : end == StreamEnd.Reset ? "reset" : "no end";

    /// <summary>How the connection ended at both ends.</summary>
    public static string BothEnds(NearObservation near, ConnectionReport report) =>
        $"client: {Name(near.ResetAfter is null ? near.End : StreamEnd.Reset)}, " +
        $"server: {Name(report.Reset is not null ? StreamEnd.Reset : EndOf(report))}";

    private static StreamEnd EndOf(ConnectionReport report) =>
        report.Fin is not null ? StreamEnd.Fin : report.Reset is not null ? StreamEnd.Reset : StreamEnd.Nothing;
}
