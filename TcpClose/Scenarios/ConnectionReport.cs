using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using TcpClose.Events;

namespace TcpClose.Scenarios;

/// <summary>
/// What a server saw of one connection: its answer to <c>TCPCLOSE/1 saw id=…</c>, one line of at most
/// <see cref="ScenarioRequest.MaxLength"/> bytes. Times are microseconds since the connection's request, on the server's clock.
/// </summary>
/// <param name="Id">Which connection.</param>
/// <param name="End">How it ended: one of the constants here.</param>
/// <param name="Bytes">How many bytes it has read behind the request line.</param>
/// <param name="Sha256">Their digest, 64 hexadecimal digits.</param>
/// <param name="Last">When it read the last of them.</param>
/// <param name="Fin">When the end of stream came.</param>
/// <param name="Reply">When it began to send what it was asked for.</param>
/// <param name="Reset">When a reset came.</param>
/// <param name="Aborted">When it aborted.</param>
public sealed partial record ConnectionReport(
    ConnectionId Id, string End, long Bytes, string Sha256, long? Last, long? Fin, long? Reply, long? Reset, long? Aborted)
{
    /// <summary>It is open still.</summary>
    public const string Open = "open";

    /// <summary>The client's FIN was read, and it was closed normally behind that.</summary>
    public const string Normal = "fin";

    /// <summary>A RST came.</summary>
    public const string WasReset = "reset";

    /// <summary>The server has closed it, or the kernel has given it up, before the client's FIN.</summary>
    public const string WasAborted = "aborted";

    /// <summary>Several connections have brought this id: a relay has made more than one of one.</summary>
    public const string Several = "several";

    /// <summary>The server knows of no such connection.</summary>
    public const string Unknown = "unknown";

    /// <summary>The highest number that is written: nine terabytes, or four months.</summary>
    private const long MaxTime = 9_999_999_999_999;

    private static readonly string NoBytes = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData([]));

    /// <summary>The answer about a connection that the server does not know.</summary>
    public static ConnectionReport Nothing(ConnectionId id) => new(id, Unknown, 0, NoBytes, null, null, null, null, null);

    /// <summary>Whether the server has met an end of any kind.</summary>
    public bool HasEnded => Fin is not null || Reset is not null || Aborted is not null;

    /// <summary>The line as it goes over the wire.</summary>
    public byte[] ToLine() => Encoding.ASCII.GetBytes(
        $"{ScenarioRequest.Preamble}{ScenarioRequest.Report} id={Id} end={End} bytes={Math.Min(Bytes, MaxTime)} sha256={Sha256} last={Time(Last)} fin={Time(Fin)} reply={Time(Reply)} reset={Time(Reset)} aborted={Time(Aborted)}\n");

    /// <summary>Reads a line without its line feed. Nothing that it holds is trusted.</summary>
    /// <returns>What it says, or null where it is no such line.</returns>
    public static ConnectionReport? Parse(ReadOnlySpan<byte> line)
    {
        if (Written().Match(Encoding.Latin1.GetString(line)) is not { Success: true, Groups: var part }) return null;
        _ = ConnectionId.TryParse(part[1].Value, out ConnectionId id);
        return new ConnectionReport(id, part[2].Value, Number(part[3])!.Value, part[4].Value, Number(part[5]), Number(part[6]), Number(part[7]), Number(part[8]), Number(part[9]));
    }

    private static string Time(long? time) => time is { } known ? Math.Min(known, MaxTime).ToString(CultureInfo.InvariantCulture) : "-";

    private static long? Number(Group digits) => digits.Value == "-" ? null : long.Parse(digits.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\ATCPCLOSE/1 saw id=([0-9a-f]{32}) end=(open|fin|reset|aborted|several|unknown) bytes=([0-9]{1,13}) sha256=([0-9a-f]{64}) last=(-|[0-9]{1,13}) fin=(-|[0-9]{1,13}) reply=(-|[0-9]{1,13}) reset=(-|[0-9]{1,13}) aborted=(-|[0-9]{1,13})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Written();
}
