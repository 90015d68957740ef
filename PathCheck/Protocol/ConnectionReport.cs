using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PathCheck.Protocol;

/// <summary>How a connection ended at the far end. On the wire these names are in lower case.</summary>
internal enum ReportedEnd
{
    /// <summary>The connection is open.</summary>
    Open,

    /// <summary>The near end's FIN was read, and then the connection was closed normally.</summary>
    Fin,

    /// <summary>A RST arrived.</summary>
    Reset,

    /// <summary>
    /// The far end aborted the connection, or closed it before the near end's FIN was read, or its kernel gave up on
    /// it.
    /// </summary>
    Aborted,

    /// <summary>
    /// Several connections carried this id: the path has opened more than one for a single connection of the near end.
    /// </summary>
    Several,

    /// <summary>The far end has no record of a connection with this id.</summary>
    Unknown,
}

/// <summary>
/// What the far end observed of a connection: its answer to <c>PATHCHECK/1 report id=…</c>. Times are microseconds
/// since the connection's request, on the far end's clock.
/// </summary>
/// <param name="Id">The connection's id.</param>
/// <param name="End">How it ended.</param>
/// <param name="Bytes">The number of bytes read after the request line.</param>
/// <param name="Digest">The digest of these bytes, XXH128, as 32 hexadecimal digits.</param>
/// <param name="Last">When the last byte was read.</param>
/// <param name="Fin">When the end of stream arrived.</param>
/// <param name="Reply">When the far end began to send.</param>
/// <param name="Reset">When a reset arrived.</param>
/// <param name="Aborted">When the far end aborted, or its kernel gave up on the connection.</param>
/// <param name="Pause">The longest pause of the far end's process since the request.</param>
/// <param name="Sent">The number of bytes that the far end's kernel has accepted for sending.</param>
internal sealed partial record ConnectionReport(
    ConnectionId Id, ReportedEnd End, long Bytes, string Digest,
    long? Last, long? Fin, long? Reply, long? Reset, long? Aborted, long Pause = 0,
    long Sent = 0)
{
    /// <summary>The largest number in a line: ten terabytes, or 115 days in microseconds.</summary>
    private const long MaxNumber = 9_999_999_999_999;

    private static readonly string NoBytes = PatternDigest.Of(0);

    /// <summary>
    /// When the FIN arrived, if it was too late to count as forwarded; otherwise null. The near end moves the time from
    /// <see cref="Fin"/> to this property.
    /// </summary>
    public long? LateFin { get; init; }

    /// <summary>Whether an end of stream, a reset or an abort was observed.</summary>
    public bool HasEnded => Fin is not null || Reset is not null || Aborted is not null;

    /// <summary>The answer about a connection of which the far end has no record.</summary>
    public static ConnectionReport Nothing(ConnectionId id) =>
        new(id, ReportedEnd.Unknown, 0, NoBytes, null, null, null, null, null);

    /// <summary>The line on the wire.</summary>
    public byte[] ToLine() => Encoding.ASCII.GetBytes(
        $"{PathRequest.Preamble}{PathRequest.Report} id={Id} end={Spell(End)} " +
        $"bytes={Math.Min(Bytes, MaxNumber)} digest={Digest} " +
        $"last={Time(Last)} fin={Time(Fin)} reply={Time(Reply)} reset={Time(Reset)} aborted={Time(Aborted)} " +
        $"pause={Time(Pause)} sent={Math.Min(Sent, MaxNumber)}\n");

    /// <summary>Parses a line without its line feed. Its content is not trusted.</summary>
    /// <returns>Null if the line is not a report.</returns>
    public static ConnectionReport? Parse(ReadOnlySpan<byte> line)
    {
        if (LineFormat().Match(Encoding.Latin1.GetString(line)) is not { Success: true, Groups: var part }) return null;
        _ = ConnectionId.TryParse(part[1].Value, out ConnectionId id);
        ReportedEnd end = Enum.GetValues<ReportedEnd>().Single(e => Spell(e) == part[2].Value);
        return new ConnectionReport(
            id, end, Number(part[3])!.Value, part[4].Value,
            Number(part[5]), Number(part[6]), Number(part[7]), Number(part[8]), Number(part[9]),
            Pause: Number(part[10])!.Value, Sent: Number(part[11])!.Value);
    }

    private static string Spell(ReportedEnd end) => end.ToString().ToLowerInvariant();

    private static string Time(long? time) =>
        time is { } known ? Math.Min(known, MaxNumber).ToString(CultureInfo.InvariantCulture) : "-";

    private static long? Number(Group digits) =>
        digits.Value == "-" ? null : long.Parse(digits.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"\APATHCHECK/1 report id=([0-9a-f]{32}) end=(open|fin|reset|aborted|several|unknown) " +
        @"bytes=([0-9]{1,13}) digest=([0-9a-f]{32}) " +
        @"last=(-|[0-9]{1,13}) fin=(-|[0-9]{1,13}) reply=(-|[0-9]{1,13}) reset=(-|[0-9]{1,13}) " +
        @"aborted=(-|[0-9]{1,13}) pause=([0-9]{1,13}) sent=([0-9]{1,13})\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex LineFormat();
}
