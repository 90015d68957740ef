using Serilog.Events;
using SideBySide.Timeline;
using TcpClose.Events;
using TcpClose.Scenarios;

namespace SideBySide.Running;

/// <summary>
/// The connections that a relay opened to the server. A relay may also open connections for health checks, or in
/// advance.
/// </summary>
internal sealed class ServerConnections(IReadOnlyList<LogEvent> client, IReadOnlyList<LogEvent> server)
{
    // The log cuts a long payload, so only its first characters are compared.
    private const int ComparedLength = 16;

    private readonly int[] _ports = [.. server.Where(e => e.Is(ClosePhase.Accepted))
        .Select(e => e.Get<int>("Connection")).Distinct()];

    /// <summary>The number of connections.</summary>
    public int Count => _ports.Length;

    /// <summary>
    /// The relay's port of the connection on which the client's data arrived. If the data arrived on none, the
    /// connection with the most data counts. 0 if the relay opened no connection.
    /// </summary>
    public int Main => _ports.Where(HasClientsData).Append(_ports.OrderByDescending(Received).FirstOrDefault()).First();

    /// <summary>
    /// Whether the server received a RST that the scenario does not allow, or missed one that it requires. Only the
    /// main connection counts.
    /// </summary>
    public bool IsUnexpected(Scenario scenario)
    {
        IReadOnlyList<string> wire = scenario.Expected.Wire;
        bool isReset = Of(Main).Any(e => e.Is(ClosePhase.ResetReceived)), mayReset = wire.Contains("client RST"),
            mustReset = mayReset && !wire.Contains("client FIN");
        return isReset ? !mayReset : mustReset && Main != 0;
    }

    private bool HasClientsData(int port)
    {
        string sent = client.Where(e => e.Is(ClosePhase.Sent)).Select(Payload).FirstOrDefault("");
        return sent != "" && Of(port).Any(e => e.Is(ClosePhase.Received)
            && Payload(e).Contains(sent[..Math.Min(sent.Length, ComparedLength)], StringComparison.Ordinal));
    }

    private long Received(int port) => Of(port).Select(e => e.Get<long?>("Bytes") ?? 0).DefaultIfEmpty().Max();

    private IEnumerable<LogEvent> Of(int port) => server.Where(e => e.Get<int>("Connection") == port);

    private static string Payload(LogEvent e) => (e.Get<string>("Payload") ?? "").Trim('"', '…');
}
