using System.Text;
using TcpClose.Events;
using TcpClose.Scenarios;

namespace PathCheck.Protocol;

/// <summary>
/// The first line that the near end sends on a connection: <c>PATHCHECK/1 client-first id=… [hold=200ms] [bytes=64KiB]
/// [how=abort]</c>. It names a check, or is one of the requests below.
/// </summary>
/// <param name="Name">The key of a check, or one of the names below.</param>
/// <param name="Hold">
/// How long a side of the check waits; at most 10 minutes. For <see cref="Byteless"/>, how far back the list goes.
/// </param>
/// <param name="Bytes">The number of bytes that the far end sends; at most 1 GiB.</param>
/// <param name="Id">The id of this connection; for a report or a claim, that of an earlier connection.</param>
/// <param name="How">How a side hangs up.</param>
internal sealed record PathRequest(
    string Name, TimeSpan Hold = default, long Bytes = 0, ConnectionId? Id = null, HangUp How = HangUp.None)
{
    /// <summary>The beginning of every line of the protocol, in both directions.</summary>
    public const string Preamble = "PATHCHECK/1 ";

    /// <summary>The error of a far end that has received a PROXY header.</summary>
    public const string ProxyHeader = "the connection begins with a PROXY header";

    /// <summary>The beginning of the answer to a rejected request.</summary>
    public const string ErrorPrefix = Preamble + "error: ";

    /// <summary>The maximum length of an answer, in bytes, with its line feed.</summary>
    public const int MaxAnswerLength = 1024;

    /// <summary>Requests a <see cref="FarEndInfo"/>.</summary>
    public const string Info = "info";

    /// <summary>Requests a <see cref="ConnectionReport"/>.</summary>
    public const string Report = "report";

    /// <summary>Requests a <see cref="BytelessReport"/>: the connections that carried no byte.</summary>
    public const string Byteless = "byteless";

    /// <summary>Claims the id of a <see cref="FinAnswer"/>. The far end replies as to <see cref="Info"/>.</summary>
    public const string Claim = "claim";

    /// <summary>The line on the wire.</summary>
    public byte[] ToLine()
    {
        var line = new StringBuilder(Preamble).Append(Name);
        if (Id is { } id) line.Append(" id=").Append(id);
        if (Hold > TimeSpan.Zero) line.Append(" hold=").Append(new Duration(Hold));
        if (Bytes > 0) line.Append(" bytes=").Append(new ByteSize(Bytes));
        if (How != HangUp.None) line.Append(" how=").Append(How.ToString().ToLowerInvariant());
        return Encoding.ASCII.GetBytes(line.Append('\n').ToString());
    }

    /// <summary>Parses a line without its line feed. It may name a check that does not exist.</summary>
    /// <param name="line">At most <see cref="RequestLine.MaxLength"/> bytes.</param>
    /// <param name="error">What is wrong, in printable ASCII; null if the line is valid.</param>
    public static PathRequest? Parse(ReadOnlySpan<byte> line, out string? error)
    {
        if (RequestLine.Parse(line, Preamble, out error) is not { Name: var name } words) return null;
        TimeSpan hold = default;
        long bytes = 0;
        ConnectionId? id = null;
        var how = HangUp.None;
        error = words.ReadParameters((key, value) => key switch
        {
            "hold" => RequestLine.ReadHold(value, out hold),
            "bytes" => RequestLine.ReadBytes(value, out bytes),
            "id" => ReadId(value, out id),
            "how" => ReadHow(value, out how),
            _ => "the only keys are hold, bytes, id and how",
        });
        bool takesId = name is not (Info or Byteless);
        error ??= takesId && id is null ? "the line has no id"
            : !takesId && id is not null ? $"{name} takes no id"
            : null;
        return error is null ? new PathRequest(name, hold, bytes, id, how) : null;
    }

    private static string? ReadHow(string value, out HangUp how)
    {
        how = value switch
        {
            "abort" => HangUp.Abort,
            "close" => HangUp.Close,
            "finished" => HangUp.Finished,
            _ => HangUp.None,
        };
        return how == HangUp.None ? "how must be abort, close or finished" : null;
    }

    private static string? ReadId(string value, out ConnectionId? id)
    {
        bool good = ConnectionId.TryParse(value, out ConnectionId read);
        id = good ? read : null;
        return good ? null : "id must be 32 hexadecimal digits";
    }
}
