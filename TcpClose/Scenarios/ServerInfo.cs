using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TcpClose.Scenarios;

/// <summary>
/// Who a server is: its answer to <c>TCPCLOSE/1 hello</c>. It also counts the connections so far that brought no byte: such
/// a one carries no id, so that only the numbers tell what became of its FIN.
/// </summary>
/// <param name="Version">The server's version.</param>
/// <param name="LoneFins">How many of them ended with a FIN.</param>
/// <param name="LoneResets">How many of them ended with a RST.</param>
/// <param name="Silent">How many connections are open that have brought nothing yet.</param>
public sealed partial record ServerInfo(string Version, long LoneFins, long LoneResets, long Silent)
{
    /// <summary>The line as it goes over the wire.</summary>
    public byte[] ToLine() => Encoding.ASCII.GetBytes($"{ScenarioRequest.Preamble}{ScenarioRequest.ServerInfo} EchoServer/{Version} fins={LoneFins} resets={LoneResets} silent={Silent}\n");

    /// <summary>Reads a line without its line feed. Nothing that it holds is trusted.</summary>
    /// <returns>What it says, or null where it is no such line.</returns>
    public static ServerInfo? Parse(ReadOnlySpan<byte> line) =>
        Written().Match(Encoding.Latin1.GetString(line)) is { Success: true, Groups: var part }
            ? new ServerInfo(part[1].Value, Number(part[2]), Number(part[3]), Number(part[4]))
            : null;

    private static long Number(Group digits) => long.Parse(digits.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\ATCPCLOSE/1 hello EchoServer/([0-9A-Za-z.+-]{1,40}) fins=([0-9]{1,18}) resets=([0-9]{1,18}) silent=([0-9]{1,18})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Written();
}
