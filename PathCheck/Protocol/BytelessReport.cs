using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PathCheck.Protocol;

/// <summary>
/// A connection that carried no byte, as the far end observed it. Times are counted back from the answer.
/// </summary>
/// <param name="End">
/// How it ended; <see cref="StreamEnd.Nothing"/> while it is open, or if the far end or its kernel ended it.
/// </param>
/// <param name="AcceptedAgo">How long ago it was accepted.</param>
/// <param name="EndedAgo">How long ago it ended; zero while it is open.</param>
internal sealed record BytelessConnection(StreamEnd End, TimeSpan AcceptedAgo, TimeSpan EndedAgo);

/// <summary>
/// The far end's answer to <c>PATHCHECK/1 byteless hold=…</c>: the connections that carried no byte, and therefore no
/// id. It omits those that a near end has claimed, those that ended longer ago than the hold, and those that lived for
/// less than <see cref="MinLife"/>.
/// </summary>
/// <param name="Count">
/// The number of all such connections, listed or not. It is 1 higher if the far end could not keep all of them.
/// </param>
/// <param name="Pause">The longest pause of the far end's process within the hold.</param>
/// <param name="Connections">At most <see cref="MaxConnections"/>, the latest first.</param>
internal sealed partial record BytelessReport(int Count, TimeSpan Pause, IReadOnlyList<BytelessConnection> Connections)
{
    /// <summary>The maximum number of connections in an answer.</summary>
    public const int MaxConnections = 24;

    /// <summary>A connection without a byte that lives for a shorter time belongs to another client.</summary>
    public static readonly TimeSpan MinLife = TimeSpan.FromMilliseconds(250);

    private const long MaxTime = 9_999_999_999_999;
    private const string Letters = "nfr";

    /// <summary>Whether the answer lists all connections.</summary>
    public bool IsComplete => Count <= Connections.Count;

    /// <summary>
    /// The line on the wire: for each connection, how it ended, and how long ago it was accepted and ended, in
    /// microseconds.
    /// </summary>
    public byte[] ToLine()
    {
        var line = new StringBuilder(
            $"{PathRequest.Preamble}{PathRequest.Byteless} count={Count} pause={Micros(Pause)}");
        foreach (BytelessConnection one in Connections.Take(MaxConnections))
            line.Append(CultureInfo.InvariantCulture,
                $" {Letters[(int)one.End]}:{Micros(one.AcceptedAgo)}:{Micros(one.EndedAgo)}");
        return Encoding.ASCII.GetBytes(line.Append('\n').ToString());
    }

    /// <summary>Parses a line without its line feed. Its content is not trusted.</summary>
    /// <returns>Null if the line is not an answer.</returns>
    public static BytelessReport? Parse(ReadOnlySpan<byte> line)
    {
        if (LineFormat().Match(Encoding.Latin1.GetString(line)) is not { Success: true, Groups: var part }) return null;
        IEnumerable<BytelessConnection> connections = part[3].Captures.Select((end, i) => new BytelessConnection(
            (StreamEnd)Letters.IndexOf(end.Value[0], StringComparison.Ordinal),
            Time(part[4].Captures[i]),
            Time(part[5].Captures[i])));
        int count = int.Parse(part[1].Value, CultureInfo.InvariantCulture);
        return new BytelessReport(count, Time(part[2]), [.. connections]);
    }

    private static long Micros(TimeSpan time) => Math.Clamp((long)time.TotalMicroseconds, 0, MaxTime);

    private static TimeSpan Time(Capture digits) =>
        TimeSpan.FromMicroseconds(long.Parse(digits.Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(
        @"\APATHCHECK/1 byteless count=([0-9]{1,7}) pause=([0-9]{1,13})" +
        @"(?: ([nfr]):([0-9]{1,13}):([0-9]{1,13})){0,24}\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex LineFormat();
}
